package io.wrkr;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Calls the backend on a caller's behalf: repeats what may be repeated, within a bound and with
 * jitter, and translates what remains into the exceptions of the API. Thread-safe.
 */
final class BackendCalls {
  /** How long a call is repeated before the caller is told. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long FIRST_WAIT = 5_000_000L;
  private static final long LONGEST_WAIT = 500_000_000L;

  private final Stage stage;

  BackendCalls(Stage stage) {
    this.stage = stage;
  }

  /**
   * Calls something that may be repeated although an earlier try may have happened.
   *
   * @throws BackendException the last failure; its outcome is unknown when that of any try was
   */
  <R> R repeat(Supplier<R> call) {
    return repeat(call, e -> e.outcome() != Outcome.FATAL);
  }

  private <R> R repeat(Supplier<R> call, Predicate<BackendException> mayRepeat) {
    long end = stage.nanos() + PATIENCE.toNanos();
    boolean unknown = false;
    for (long wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        return Uninterrupted.call(call);
      } catch (BackendException e) {
        unknown |= e.outcome() == Outcome.UNKNOWN;
        if (!mayRepeat.test(e) || stage.nanos() - end > 0) {
          throw unknown ? new BackendException(Outcome.UNKNOWN, text(e), e) : e;
        }
        pause(wait);
      } catch (IllegalStateException e) {
        if (unknown) {
          throw new BackendException(Outcome.UNKNOWN, "closed before it was known", e);
        }
        throw e;
      }
    }
  }

  /** Calls something that may be repeated, for a caller of the API. */
  <R> R idempotent(String what, Supplier<R> call) {
    try {
      return repeat(call);
    } catch (BackendException e) {
      throw translated(what, List.of(), e);
    }
  }

  /** Calls something that is repeated only while it certainly did nothing. */
  <R> R once(String what, Supplier<R> call) {
    try {
      return repeat(call, e -> e.outcome() == Outcome.FAILED);
    } catch (BackendException e) {
      throw translated(what, List.of(), e);
    }
  }

  private void pause(long nanos) {
    stage.pause((long) (nanos * (0.5 + stage.random().nextDouble())));
  }

  /** Returns the exception of the API for a backend's failure. */
  static WrkrException translated(String what, List<Event> events, BackendException e) {
    return switch (e.outcome()) {
      case UNKNOWN ->
          new OutcomeUnknownException(
              what
                  + " may or may not have happened, because the store's answer was lost ("
                  + text(e)
                  + "): repeating it with the same ids is safe",
              events,
              e);
      case FAILED ->
          new BackendUnavailableException(
              what + " did not happen: " + text(e) + "; trying again is safe", e);
      case FATAL -> new BackendUnavailableException(what + " did not happen: " + text(e), e);
    };
  }

  private static String text(BackendException e) {
    return String.valueOf(e.getMessage());
  }
}
