package io.wrkr.spi;

import org.jspecify.annotations.Nullable;

/**
 * A backend call did not succeed; {@link #outcome} says what that means for the store.
 *
 * <p>Thrown by backends, handled by the core, which repeats what may be repeated and translates the
 * rest into the exceptions of {@code io.wrkr}. The message must not contain secrets.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;

  /** What a failed call means for the store. */
  public enum Outcome {
    /** Certainly nothing was done; the same call may succeed later. */
    FAILED,
    /** May or may not have happened; the answer was lost. */
    UNKNOWN,
    /** Certainly nothing was done, and nothing will be before a person changes something. */
    FATAL
  }

  /** Creates an exception with the given outcome. */
  public BackendException(Outcome outcome, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
  }

  /** Returns what this failure means for the store. */
  public Outcome outcome() {
    return outcome;
  }
}
