package io.wrkr.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Instants and durations as columns hold them: microseconds, rounded up so that nothing is early.
 */
final class Micros {
  private static final Instant FIRST = instant(Long.MIN_VALUE + 1_000_000);
  private static final Instant LAST = instant(Long.MAX_VALUE - 1_000_000);

  private Micros() {}

  /** An instant before or after all that a column holds becomes the first or last that it does. */
  static long of(Instant instant) {
    if (instant.isBefore(FIRST)) {
      return Long.MIN_VALUE;
    }
    return instant.isAfter(LAST)
        ? Long.MAX_VALUE
        : instant.getEpochSecond() * 1_000_000L + (instant.getNano() + 999) / 1000;
  }

  /** Returns the last whole microsecond that has passed: rounding now up would make it early. */
  static long passed(Instant now) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, now);
  }

  static long of(Duration duration) {
    long whole = Math.multiplyExact(duration.getSeconds(), 1_000_000L);
    return Math.addExact(whole, (duration.getNano() + 999) / 1000);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static Duration duration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
