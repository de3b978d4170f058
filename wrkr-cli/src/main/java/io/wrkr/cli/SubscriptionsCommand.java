package io.wrkr.cli;

import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists all subscriptions. */
@Command(
    name = "subscriptions",
    description = "List which queue holds which events.",
    footer = {
      "",
      "Examples:",
      "  wrkr subscriptions",
      "  wrkr subscriptions --json | jq -r .pattern"
    })
final class SubscriptionsCommand extends Action {
  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  SubscriptionsCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    List<Subscription> subscriptions;
    try (Wrkr wrkr = root.connectToExisting()) {
      subscriptions = wrkr.admin().subscriptions();
    }
    if (subscriptions.isEmpty()) {
      throw new NothingFoundException("no queue is subscribed: wrkr subscribe QUEUE PATTERN");
    }
    print(subscriptions);
    return ExitCode.OK;
  }

  private void print(List<Subscription> subscriptions) {
    Table table = new Table("QUEUE", "PATTERN");
    for (Subscription each : subscriptions) {
      if (json) {
        console
            .out()
            .line(
                new JsonObject()
                    .put("queue", each.queue())
                    .put("pattern", each.pattern())
                    .toString());
      }
      table.row(each.queue(), each.pattern());
    }
    if (!json) {
      table.print(console);
    }
  }
}
