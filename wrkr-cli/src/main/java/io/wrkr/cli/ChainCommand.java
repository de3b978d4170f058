package io.wrkr.cli;

import io.wrkr.DeliveryInfo;
import io.wrkr.Wrkr;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows which events came from which. */
@Command(
    name = "chain",
    description = {
      "Show an event's chain: what was published while which event was handled.",
      "What was handled shows only where its queue archives it."
    },
    footer = {"", "Examples:", "  wrkr chain order-47", "  wrkr chain order-47 --json"})
final class ChainCommand extends Action {
  @Parameters(paramLabel = "ID", description = "The id of any event of the chain.")
  private String id = "";

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  ChainCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    List<DeliveryInfo> chain;
    try (Wrkr wrkr = root.connectToExisting()) {
      chain = wrkr.admin().chain(id);
    }
    if (chain.isEmpty()) {
      throw new NothingFoundException("no delivery is of this chain");
    }
    Table table = new Table("PUBLISHED", "STATE", "QUEUE", "NAME", "ID", "PARENT");
    for (DeliveryInfo each : chain) {
      if (json) {
        console.out().line(object(each));
      }
      table.row(
          Times.local(each.publishedAt(), console.zone()),
          state(each),
          each.queue(),
          each.name(),
          each.eventId(),
          each.parent().orElse("-"));
    }
    if (!json) {
      table.print(console);
    }
    return ExitCode.OK;
  }

  private static String state(DeliveryInfo info) {
    return info.state().name().toLowerCase(Locale.ROOT);
  }

  private static String object(DeliveryInfo info) {
    return new JsonObject()
        .put("id", info.eventId())
        .put("parent", info.parent().orElse(null))
        .put("correlation", info.correlation().orElse(null))
        .put("name", info.name())
        .put("queue", info.queue())
        .put("state", state(info))
        .put("publishedAt", info.publishedAt())
        .toString();
  }
}
