package io.wrkr;

import org.jspecify.annotations.Nullable;

/**
 * The store could not be reached or refused; certainly nothing was done, and trying again is safe.
 */
public final class BackendUnavailableException extends WrkrException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception; code {@code WRKR-101}. */
  public BackendUnavailableException(String message, @Nullable Throwable cause) {
    super("WRKR-101", message, cause);
  }
}
