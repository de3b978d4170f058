package io.wrkr;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A rule that says when something happens again and again. Immutable and thread-safe.
 *
 * <p>A rule that {@link Wrkr#repeat} is to keep must have a {@link #text}, for it outlives the
 * process: {@link #every}, or {@code Cron} of the module {@code wrkr-quartz}.
 */
@FunctionalInterface
public interface Recurrence {

  /** Returns the next instant strictly after the given one, or empty when there is none. */
  Optional<Instant> next(Instant after);

  /**
   * Returns the rule as text that a {@link io.wrkr.spi.RecurrenceParser} reads, such as {@code
   * every PT5M}; empty for a rule that cannot be stored.
   */
  default Optional<String> text() {
    return Optional.empty();
  }

  /**
   * Returns the rule that fires at every multiple of the interval since 1970-01-01T00:00Z.
   *
   * @param interval at least one second
   */
  static Recurrence every(Duration interval) {
    return new Every(interval);
  }

  /**
   * Returns the rule of a {@link #text}: {@code every PT5M}, or with the module {@code wrkr-quartz}
   * {@code cron 0 9 * * MON-FRI Europe/Berlin}.
   *
   * @throws IllegalArgumentException if it is of no kind that this process knows, or not understood
   */
  static Recurrence parse(String text) {
    return RecurrenceTexts.parse(text);
  }
}
