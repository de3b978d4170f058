package io.wrkr.cli;

/** What was asked for does not exist; the message says what there is. */
final class NothingFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingFoundException(String message) {
    super(message);
  }
}
