package io.wrkr.cli;

import io.wrkr.Recurrence;
import io.wrkr.When;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a phrase is read. */
@Command(
    name = "when",
    description = {
      "Show how a phrase such as \"next friday 9am\" is read, in this zone and in UTC,",
      "or when a rule such as \"every 5 minutes\" or \"cron 0 9 * * MON-FRI\" fires next."
    },
    footer = {
      "",
      "Examples:",
      "  wrkr when 7 days",
      "  wrkr when next friday 9am",
      "  TZ=Europe/Paris wrkr when tomorrow 17:30",
      "  wrkr when 1h30m --json",
      "  wrkr when \"cron 0 9 * * MON-FRI\""
    })
final class WhenCommand extends Action {
  @Parameters(arity = "1..*", paramLabel = "PHRASE", description = "The phrase, quoted or not.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  WhenCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    String phrase = String.join(" ", words);
    if (Rules.isRule(phrase)) {
      return fires(Rules.parse(phrase, console.zone()));
    }
    When when = When.parse(phrase, Seam.now(console.zone()));
    Output out = console.out();
    if (json) {
      out.line(
          new JsonObject()
              .put("due", when.instant())
              .put("local", Times.local(when.instant(), console.zone()))
              .put("read", when.explanation())
              .toString());
    } else {
      out.line("read    " + Text.shown(when.explanation()));
      out.line("due     " + Times.local(when.instant(), console.zone()));
      out.line("        " + Times.utc(when.instant()));
    }
    return ExitCode.OK;
  }

  private int fires(Recurrence rule) {
    String text = rule.text().orElse("");
    List<Instant> next = Rules.next(rule, Seam.now(console.zone()).toInstant());
    if (json) {
      List<String> fires = next.stream().map(Times::utc).toList();
      console.out().line(new JsonObject().put("rule", text).put("next", fires).toString());
    } else {
      console.out().line("rule    " + Text.shown(text));
      NextFires.print(console, next);
    }
    return ExitCode.OK;
  }
}
