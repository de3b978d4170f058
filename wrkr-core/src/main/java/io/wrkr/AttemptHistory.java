package io.wrkr;

import java.time.Instant;
import java.util.stream.Collectors;

/**
 * The text that is kept with a delivery about its failed attempts: the latest with its stack, the
 * earlier ones a line each, newest first.
 *
 * <pre>
 * attempt 3 at 2026-11-21T09:00:00Z: java.lang.IllegalStateException: no stock
 *   at …
 * attempt 2 at …
 * </pre>
 */
final class AttemptHistory {
  static final int MAX_CHARACTERS = 4000;
  private static final int MAX_STACK = 2000;
  private static final String HEAD = "attempt ";

  private AttemptHistory() {}

  /** Returns the history with one more failed attempt. */
  static String add(String history, int attempt, Instant at, Throwable failure) {
    return shorten(
        head(attempt, at, Failures.summary(failure))
            + Failures.stack(failure, MAX_STACK)
            + headsOf(history));
  }

  /** Returns the history with one more attempt that asked to be tried again. */
  static String add(String history, int attempt, Instant at, String why) {
    return shorten(head(attempt, at, Failures.oneLine(why)) + headsOf(history));
  }

  /** Returns the text of a dead letter: why, then the history. */
  static String reason(String why, String history) {
    return shorten(Failures.oneLine(why) + (history.isEmpty() ? "" : "\n" + history));
  }

  /**
   * Tells whether the attempt before this one left no trace: its worker crashed, or lost its lease.
   * A delivery that may be the cause is then handled without neighbours in reserve.
   */
  static boolean lostBefore(int attempt, String history) {
    return attempt > 1 && !history.startsWith(HEAD + (attempt - 1) + " ");
  }

  private static String head(int attempt, Instant at, String summary) {
    return HEAD + attempt + " at " + at + ": " + summary + "\n";
  }

  private static String headsOf(String history) {
    return history
        .lines()
        .filter(line -> line.startsWith(HEAD))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String shorten(String text) {
    return Failures.cut(text, MAX_CHARACTERS);
  }
}
