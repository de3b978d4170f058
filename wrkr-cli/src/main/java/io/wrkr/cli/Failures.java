package io.wrkr.cli;

import io.wrkr.BackendUnavailableException;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.PayloadException;
import io.wrkr.WhenParseException;
import io.wrkr.WrkrException;
import io.wrkr.spi.SystemSeam;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Says what went wrong, and chooses the exit code. */
final class Failures {
  private Failures() {}

  static int report(Throwable failure, Console console, boolean verbose) {
    if (failure instanceof OutputClosedException closed && closed.isByReader()) {
      return ExitCode.OK;
    }
    if (failure instanceof InterruptedException) {
      return ExitCode.INTERRUPTED;
    }
    console.say(words(failure, verbose));
    if (verbose) {
      stack(failure).lines().forEach(console::say);
    }
    return code(failure);
  }

  private static int code(Throwable failure) {
    if (failure instanceof IllegalArgumentException
        || failure instanceof UsageException
        || failure instanceof WhenParseException
        || failure instanceof PayloadException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof NothingFoundException) {
      return ExitCode.NOTHING_FOUND;
    }
    return failure instanceof BackendUnavailableException ? ExitCode.UNREACHABLE : ExitCode.FAILURE;
  }

  private static String words(Throwable failure, boolean verbose) {
    String message = Text.shown(String.valueOf(failure.getMessage()));
    if (failure instanceof OutcomeUnknownException unknown) {
      return message + unknown.events().stream().findFirst().map(Failures::repeat).orElse("");
    }
    if (failure instanceof WrkrException
        || failure instanceof UsageException
        || failure instanceof NothingFoundException
        || failure instanceof OutputClosedException
        || failure instanceof IllegalArgumentException) {
      return message;
    }
    String kind = failure.getClass().getName();
    return "unexpected "
        + kind
        + (failure.getMessage() == null ? "" : ": " + message)
        + (verbose ? "" : "; -v shows where");
  }

  private static String repeat(io.wrkr.Event event) {
    return event.id().map(id -> "; repeat it with --id " + id).orElse("");
  }

  @SystemSeam
  private static String stack(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
