package io.wrkr.cli;

import io.wrkr.Wrkr;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Delivers archived events again. */
@Command(
    name = "replay",
    description = {
      "Deliver events that a queue has archived to it again: those published in a period.",
      "Times are such as 2026-11-21, 2026-11-21T09:00 or 2026-11-21T09:00Z."
    },
    footer = {
      "",
      "Examples:",
      "  wrkr replay accounting --from 2026-11-01 --to 2026-12-01",
      "  wrkr replay accounting --from 2026-11-21T09:00Z --to 2026-11-21T10:00Z --yes"
    })
final class ReplayCommand extends Action {
  @Parameters(paramLabel = "QUEUE", description = "The queue.")
  private String queue = "";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "The first time of publish.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "The time of publish before which it ends.")
  private String to = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask. Needed where nobody can answer.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ReplayCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws java.io.IOException {
    Instant begin = instant(from);
    Instant end = instant(to);
    if (!begin.isBefore(end)) {
      throw new UsageException("--from is not before --to: that is no period");
    }
    if (!yes && !console.asks()) {
      throw new UsageException("nobody can be asked here: add --yes to replay without a question");
    }
    if (!yes && !isConfirmed(begin, end)) {
      console.say("nothing was replayed");
      return ExitCode.FAILURE;
    }
    long count;
    try (Wrkr wrkr = root.connectToExisting()) {
      count = wrkr.admin().replay(queue, begin, end);
    }
    console
        .out()
        .line(
            json
                ? new JsonObject().put("replayed", count).toString()
                : Text.count(count, "delivery ", "deliveries ") + "replayed");
    if (count == 0) {
      console.say("the queue has archived nothing that was published in this period");
    }
    return count == 0 ? ExitCode.NOTHING_FOUND : ExitCode.OK;
  }

  private boolean isConfirmed(Instant begin, Instant end) throws java.io.IOException {
    console.say(
        "replay what was published from "
            + Times.local(begin, console.zone())
            + " to "
            + Times.local(end, console.zone())
            + "? [y/N]");
    int answer = console.in().read();
    return answer == 'y' || answer == 'Y';
  }

  /** The past is meant, which phrases never do. */
  private Instant instant(String text) {
    try {
      if (!text.contains("T")) {
        return LocalDate.parse(text).atStartOfDay(console.zone()).toInstant();
      }
      return text.matches(".*T.*(Z|[+-][0-9:]+)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(console.zone()).toInstant();
    } catch (DateTimeException e) {
      throw new UsageException(
          "'"
              + Text.shortened(text, 60)
              + "' is no time: give one such as 2026-11-21, 2026-11-21T09:00 or"
              + " 2026-11-21T09:00Z");
    }
  }
}
