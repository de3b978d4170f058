package io.wrkr;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that Wrkr was asked to do and did not; each kind has a stable {@linkplain #code()
 * code}.
 *
 * <p>The message says what happened, with which values, and what to do about it. Wrong arguments
 * are an {@link IllegalArgumentException} and use after close is an {@link IllegalStateException},
 * neither of which is a {@code WrkrException}.
 */
public class WrkrException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * Creates an exception.
   *
   * @param code the stable code of this kind of failure, such as {@code WRKR-201}
   * @param message what happened, with which values, and what to do
   * @param cause the failure that led to this one, if there was one
   */
  public WrkrException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** The stable code of this kind of failure, made for searching logs and for documentation. */
  public String code() {
    return code;
  }
}
