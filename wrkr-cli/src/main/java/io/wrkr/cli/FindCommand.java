package io.wrkr.cli;

import io.wrkr.DeliveryInfo;
import io.wrkr.Wrkr;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists deliveries. */
@Command(
    name = "find",
    description = "List deliveries: what queues hold, when it is due, and why it failed.",
    footer = {
      "",
      "Examples:",
      "  wrkr find --state scheduled",
      "  wrkr find --queue mail --tid 42",
      "  wrkr find --state dead --json | jq -r .reason"
    })
final class FindCommand extends Action {
  private static final int TABLE_LIMIT = 100;

  @Mixin private Filters filters = new Filters();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many. Default: 100 in a table, all with --json.")
  private @Nullable Long limit;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  private final Table table =
      new Table("STATE", "DUE", "QUEUE", "NAME", "TID", ">ATTEMPTS", "ID", "REASON");
  private long found;

  FindCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    if (limit != null && limit < 1) {
      throw new UsageException("--limit " + limit + " is below 1");
    }
    long most = limit != null ? limit : json ? Long.MAX_VALUE : TABLE_LIMIT;
    boolean more;
    try (Wrkr wrkr = root.connectToExisting()) {
      more = Pages.each(wrkr.admin(), filters.query(), most, this::show);
    }
    if (found == 0) {
      throw new NothingFoundException("no delivery matches");
    }
    if (!json) {
      table.print(console);
    }
    if (more) {
      console.say("there are more: --limit shows so many, --json all");
    }
    return ExitCode.OK;
  }

  private void show(DeliveryInfo info) {
    found++;
    if (json) {
      console.out().line(object(info));
    } else {
      table.row(
          state(info),
          Times.local(info.due(), console.zone()),
          info.queue(),
          info.name(),
          info.tid().orElse("-"),
          info.attempts(),
          info.eventId(),
          Text.shortened(info.reason().orElse("").lines().findFirst().orElse(""), 60));
    }
  }

  private static String state(DeliveryInfo info) {
    return info.state().name().toLowerCase(Locale.ROOT);
  }

  private static String object(DeliveryInfo info) {
    JsonObject object =
        new JsonObject()
            .put("id", info.eventId())
            .put("name", info.name())
            .put("tid", info.tid().orElse(null))
            .put("queue", info.queue())
            .put("state", state(info))
            .put("due", info.due())
            .put("attempts", info.attempts())
            .put("publishedAt", info.publishedAt())
            .put("reason", info.reason().orElse(null))
            .put("headers", info.headers());
    return payload(object, info.payloadText()).toString();
  }

  /** What is no JSON, or was shortened, is given as text. */
  private static JsonObject payload(JsonObject object, String text) {
    try {
      Json.check(text);
      return object.raw("payload", Json.compact(text));
    } catch (UsageException e) {
      return object.put("payloadText", text);
    }
  }
}
