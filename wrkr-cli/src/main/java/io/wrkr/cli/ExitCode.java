package io.wrkr.cli;

/** What the program's exit codes mean. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int NOTHING_FOUND = 3;
  static final int UNREACHABLE = 4;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
