package io.wrkr.cli;

import io.wrkr.Wrkr;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a subscription. */
@Command(
    name = "unsubscribe",
    description = "Remove a subscription: what its queue holds already stays.",
    footer = {"", "Examples:", "  wrkr unsubscribe mail ourapp.user.added"})
final class UnsubscribeCommand extends Action {
  @Parameters(paramLabel = "QUEUE", description = "The queue.")
  private String queue = "";

  @Parameters(
      index = "1",
      paramLabel = "PATTERN",
      description = "The pattern as it was subscribed.")
  private String pattern = "";

  UnsubscribeCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    try (Wrkr wrkr = root.connectToExisting()) {
      if (!wrkr.admin().unsubscribe(queue, pattern)) {
        throw new NothingFoundException(
            "queue '"
                + Text.shortened(queue, 60)
                + "' has no subscription '"
                + Text.shortened(pattern, 60)
                + "': wrkr subscriptions lists them all");
      }
    }
    return ExitCode.OK;
  }
}
