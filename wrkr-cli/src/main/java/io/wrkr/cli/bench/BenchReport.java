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
 * @param rawPerSecond the same writes by the store alone, if its limit is known
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
    OptionalDouble rawPublishPerSecond,
    String rawReason,
    Percentiles latency,
    Optional<Percentiles> lateness) {

  /** Returns end to end by raw, if the raw limit is known. */
  public OptionalDouble ratio() {
    return rawPerSecond.isPresent()
        ? OptionalDouble.of(endToEndPerSecond / rawPerSecond.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Returns publish alone by raw inserts, where those were measured. */
  public OptionalDouble publishRatio() {
    return rawPublishPerSecond.isPresent()
        ? OptionalDouble.of(publishPerSecond / rawPublishPerSecond.getAsDouble())
        : OptionalDouble.empty();
  }
}
