package io.wrkr;

import java.time.Duration;

/** Checks on durations; a century bounds all of them, so that sums with instants never overflow. */
final class Durations {
  static final Duration MAX = Duration.ofDays(36_525);

  private Durations() {}

  static Duration requirePositive(String what, Duration value) {
    requireNotNegative(what, value);
    if (value.isZero()) {
      throw new IllegalArgumentException("The " + what + " is zero: give a positive duration");
    }
    return value;
  }

  static Duration requireNotNegative(String what, Duration value) {
    if (value.isNegative() || value.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "The " + what + " " + value + " is outside zero to a hundred years: give one inside");
    }
    return value;
  }

  static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
