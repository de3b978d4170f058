package io.wrkr.cli;

import io.wrkr.Delivery;
import java.io.IOException;
import java.time.Duration;

/** Runs a command for each delivery; its exit code is the verdict. */
final class ExecWork implements Work {
  /** What {@code sysexits.h} calls a temporary failure: try later. */
  private static final int LATER = 75;

  private static final Duration LATER_DELAY = Duration.ofSeconds(10);

  /** How long after its child a process hears of the same Ctrl-C at most. */
  private static final Duration SAME_SIGNAL = Duration.ofMillis(300);

  private final Console console;
  private final String command;

  ExecWork(Console console, String command) {
    this.console = console;
    this.command = command;
  }

  @Override
  public boolean isDone(Delivery delivery) throws IOException, InterruptedException {
    String line = DeliveryLine.of(delivery);
    Children.Result result = console.children().run(command, line, delivery::isLost, console);
    if (result.exitCode() == 0) {
      return true;
    }
    if (result.isLost()) {
      console.say(delivery.id() + ": the lease was lost, so the command was ended");
    } else if (result.exitCode() == LATER) {
      delivery.release(LATER_DELAY);
    } else if (isSignal(result.exitCode()) && console.shutdown().awaitRequest(SAME_SIGNAL)) {
      delivery.release(Duration.ZERO);
    } else {
      throw new CommandFailedException(result.exitCode(), result.lastWords());
    }
    return false;
  }

  /** Ctrl-C reaches the child as well: that it ended is no failure of its own. */
  private static boolean isSignal(int code) {
    return code == 128 + 2 || code == 128 + 15;
  }
}
