package io.wrkr.cli;

import java.io.IOException;

/** Standard output takes nothing more. */
final class OutputClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputClosedException(IOException cause) {
    super("standard output cannot be written: " + cause.getMessage(), cause);
  }

  /** Tells whether the reader has had enough, as {@code head} has: no failure at all. */
  boolean isByReader() {
    String message = String.valueOf(getCause().getMessage());
    return message.contains("Broken pipe") || message.contains("Pipe closed");
  }

  @Override
  public synchronized Throwable getCause() {
    return java.util.Objects.requireNonNull(super.getCause());
  }
}
