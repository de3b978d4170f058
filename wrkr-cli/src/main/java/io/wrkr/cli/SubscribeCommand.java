package io.wrkr.cli;

import io.wrkr.Queue;
import io.wrkr.Wrkr;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Subscribes a queue without listening to it. */
@Command(
    name = "subscribe",
    description = "Have a queue hold every event whose name matches, from now on.",
    footer = {
      "",
      "A pattern is a name in which * stands for one segment and # for any number of them.",
      "",
      "Examples:",
      "  wrkr subscribe mail ourapp.user.added",
      "  wrkr subscribe audit '#'",
      "  wrkr subscribe ourApp.CustomerSatisfactionTeam 'ourapp.user.*' 'ourapp.cst.#'"
    })
final class SubscribeCommand extends Action {
  @Parameters(paramLabel = "QUEUE", description = "The queue; made if it is new.")
  private String queue = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATTERN",
      description = "What it holds.")
  private List<String> patterns = new ArrayList<>();

  SubscribeCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    try (Wrkr wrkr = root.connect()) {
      Queue subscribed = wrkr.queue(queue);
      patterns.forEach(subscribed::subscribe);
      // Subscriptions are stored at the start.
      wrkr.start();
    }
    return ExitCode.OK;
  }
}
