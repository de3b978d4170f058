package io.wrkr.cli;

import io.wrkr.QueueStats;
import io.wrkr.Wrkr;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Counts what every queue holds. */
@Command(
    name = "queues",
    description = "Count what every queue holds.",
    footer = {
      "",
      "READY is due and waits for a worker, SCHEDULED is not due yet (retries included), LEASED is",
      "being handled, DEAD was given up; OLDEST tells for how long the oldest ready one has waited.",
      "",
      "Examples:",
      "  wrkr queues",
      "  wrkr queues --json | jq 'select(.dead > 0).queue'"
    })
final class QueuesCommand extends Action {
  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  QueuesCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    List<QueueStats> queues;
    try (Wrkr wrkr = root.connectToExisting()) {
      queues = wrkr.admin().queues();
    }
    if (queues.isEmpty()) {
      throw new NothingFoundException("there is no queue: wrkr subscribe QUEUE PATTERN makes one");
    }
    if (json) {
      queues.forEach(stats -> console.out().line(object(stats)));
    } else {
      table(queues).print(console);
    }
    return ExitCode.OK;
  }

  static Table table(List<QueueStats> queues) {
    Table table = new Table("QUEUE", ">READY", ">SCHEDULED", ">LEASED", ">DEAD", ">OLDEST");
    for (QueueStats stats : queues) {
      table.row(
          stats.queue(),
          stats.ready(),
          stats.scheduled(),
          stats.leased(),
          stats.dead(),
          stats.ready() == 0 ? "-" : Times.length(stats.oldestReady()));
    }
    return table;
  }

  private static String object(QueueStats stats) {
    return new JsonObject()
        .put("queue", stats.queue())
        .put("ready", stats.ready())
        .put("scheduled", stats.scheduled())
        .put("leased", stats.leased())
        .put("dead", stats.dead())
        .put("oldestReadyMs", stats.oldestReady().toMillis())
        .toString();
  }
}
