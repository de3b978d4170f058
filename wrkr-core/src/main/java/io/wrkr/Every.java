package io.wrkr;

import io.wrkr.spi.RecurrenceParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Fires at every multiple of an interval since the epoch. */
record Every(Duration interval) implements Recurrence {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  Every {
    Durations.requirePositive("interval", interval);
    if (interval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "The interval " + interval + " is shorter than one second: give a longer one");
    }
  }

  @Override
  public Optional<Instant> next(Instant after) {
    long step = interval.toMillis();
    return Optional.of(
        Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), step) + 1) * step));
  }

  @Override
  public Optional<String> text() {
    return Optional.of("every " + interval);
  }

  @Override
  public String toString() {
    return "every " + interval;
  }

  /** Reads {@code every PT5M}. */
  static final class Parser implements RecurrenceParser {
    @Override
    public String kind() {
      return "every";
    }

    @Override
    public Recurrence parse(String rule) {
      try {
        return new Every(Duration.parse(rule));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "'" + Names.shown(rule) + "' is no ISO duration such as PT5M", e);
      }
    }
  }
}
