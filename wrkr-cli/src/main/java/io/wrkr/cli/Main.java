package io.wrkr.cli;

import io.wrkr.spi.SystemSeam;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Starts the command line. */
@SystemSeam
public final class Main {
  /** What running handlers get to finish, and then the stores to close. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(45);

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupted(console), "wrkr-interruption"));
    int code = run(args, console);
    console.shutdown().ended();
    System.exit(code);
  }

  /**
   * Runs one command in this process, without ending it.
   *
   * @return the exit code
   */
  static int run(String[] args, InputStream in, OutputStream out, OutputStream err) {
    return run(args, Console.of(in, out, err));
  }

  static int run(String[] args, Console console) {
    try {
      return Program.run(Arguments.decoded(args), console);
    } catch (RuntimeException | Error e) {
      return Failures.report(e, console, false);
    }
  }

  /** The process was told to end: a command that drains does, any other is broken off. */
  private static void interrupted(Console console) {
    if (console.shutdown().isEnded()) {
      return;
    }
    if (console.shutdown().request()) {
      console.shutdown().awaitEnd(DRAIN_LIMIT);
    }
    console.children().killAll();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }
}
