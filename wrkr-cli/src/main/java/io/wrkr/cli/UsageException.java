package io.wrkr.cli;

/** What was typed cannot be done; the message says what to type instead. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
