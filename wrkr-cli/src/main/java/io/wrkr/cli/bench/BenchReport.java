package io.wrkr.cli.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured.
 *
 * @param events events a measurement
 * @param publishPerSecond events published a second, nobody handling
 * @param handlePerSecond events of a backlog handled a second, nobody publishing
 * @param endToEndPerSecond events published, handled and acked a second, all at once
 * @param rawPerSecond events a second by the store alone, if its limit is known
 * @param allWritesPerSecond the same, with all writes of the bus, where that is more
 * @param rawPublishPerSecond inserts of the same rows by the store alone, where measured
 * @param rawReason what the raw limit is, or why it is not known
 * @param latency publish's return to the handler's start, on an idle bus
 * @param lateness due instant to the handler's start of delayed events; empty without delays
 */
public record BenchReport(
    int events,
    double publishPerSecond,
    double handlePerSecond,
    double endToEndPerSecond,
    OptionalDouble rawPerSecond,
    OptionalDouble allWritesPerSecond,
    OptionalDouble rawPublishPerSecond,
    String rawReason,
    Percentiles latency,
    Optional<Percentiles> lateness) {

  /** Returns end to end by raw, if the raw limit is known. */
  public OptionalDouble ratio() {
    return ratio(endToEndPerSecond, rawPerSecond);
  }

  /** Returns end to end by the store alone with the same writes, where that was measured. */
  public OptionalDouble allWritesRatio() {
    return ratio(endToEndPerSecond, allWritesPerSecond);
  }

  /** Returns publish alone by raw inserts, where those were measured. */
  public OptionalDouble publishRatio() {
    return ratio(publishPerSecond, rawPublishPerSecond);
  }

  private static OptionalDouble ratio(double bus, OptionalDouble store) {
    return store.isPresent() ? OptionalDouble.of(bus / store.getAsDouble()) : store;
  }
}
