package io.wrkr.cli;

/** A command ended with an exit code that is a failed attempt. */
final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailedException(int exitCode, String lastWords) {
    super("exit code " + exitCode + (lastWords.isEmpty() ? "" : ": " + lastWords));
  }
}
