package io.wrkr.cli;

import io.wrkr.RecurrenceInfo;
import io.wrkr.Wrkr;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists recurrences. */
@Command(
    name = "repeats",
    description = "List what is published again and again, and when next.",
    footer = {"", "Examples:", "  wrkr repeats", "  wrkr repeats --json | jq -r '.next[]'"})
final class RepeatsCommand extends Action {
  @Option(names = "--json", description = "Print one JSON object a line, with five fires each.")
  private boolean json;

  RepeatsCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    List<RecurrenceInfo> recurrences;
    try (Wrkr wrkr = root.connectToExisting()) {
      recurrences = wrkr.admin().recurrences();
    }
    if (recurrences.isEmpty()) {
      throw new NothingFoundException("nothing is repeated: wrkr repeat ID RULE NAME");
    }
    Table table = new Table("ID", "RULE", "NAME", "NEXT");
    for (RecurrenceInfo each : recurrences) {
      if (json) {
        console.out().line(object(each));
      }
      table.row(each.id(), each.rule(), each.name(), next(each));
    }
    if (!json) {
      table.print(console);
    }
    return ExitCode.OK;
  }

  private String next(RecurrenceInfo info) {
    return info.next().isEmpty()
        ? "a rule this program cannot read"
        : Times.local(info.next().get(0), console.zone());
  }

  private static String object(RecurrenceInfo info) {
    return new JsonObject()
        .put("id", info.id())
        .put("rule", info.rule())
        .put("name", info.name())
        .put("next", info.next().stream().map(Times::utc).toList())
        .toString();
  }
}
