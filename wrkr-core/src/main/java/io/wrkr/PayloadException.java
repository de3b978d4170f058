package io.wrkr;

import org.jspecify.annotations.Nullable;

/** A payload cannot be encoded or decoded, or is too large; nothing was stored. */
public final class PayloadException extends WrkrException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception; code {@code WRKR-104}. */
  public PayloadException(String message, @Nullable Throwable cause) {
    super("WRKR-104", message, cause);
  }
}
