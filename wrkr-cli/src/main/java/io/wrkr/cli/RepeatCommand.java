package io.wrkr.cli;

import io.wrkr.Event;
import io.wrkr.Recurrence;
import io.wrkr.Wrkr;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has an event published again and again. */
@Command(
    name = "repeat",
    description = {
      "Have an event published again and again, as long as any program works on the bus.",
      "The same ID again replaces the rule; --cancel ends it."
    },
    footer = {
      "",
      "Examples:",
      "  wrkr repeat report \"cron 0 9 * * MON-FRI\" ourapp.report.due",
      "  wrkr repeat poll \"every 5 minutes\" ourapp.poll.due '{\"deep\":false}'",
      "  wrkr repeat report --cancel"
    })
final class RepeatCommand extends Action {
  @Parameters(index = "0", paramLabel = "ID", description = "The name of the recurrence.")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RULE",
      description = "Such as \"every 5 minutes\" or \"cron 0 9 * * MON-FRI Europe/Berlin\".")
  private @Nullable String rule;

  @Parameters(index = "2", arity = "0..1", paramLabel = "NAME", description = "The event's name.")
  private @Nullable String name;

  @Parameters(index = "3", arity = "0..1", paramLabel = "JSON", description = "The payload.")
  private @Nullable String payload;

  @Option(names = "--tid", paramLabel = "TID", description = "The id of what the event is about.")
  private @Nullable String tid;

  @Option(names = "--cancel", description = "End the recurrence.")
  private boolean cancel;

  RepeatCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    if (cancel) {
      return end();
    }
    if (rule == null || name == null) {
      throw new UsageException("repeat needs ID, RULE and NAME, or ID and --cancel");
    }
    Recurrence recurrence = Rules.parse(rule, console.zone());
    Event event = event(name);
    try (Wrkr wrkr = root.connect()) {
      wrkr.repeat(id, recurrence, event);
    }
    console.out().line("rule    " + Text.shown(recurrence.text().orElse(rule)));
    List<Instant> next = Rules.next(recurrence, Seam.now(console.zone()).toInstant());
    NextFires.print(console, next);
    return ExitCode.OK;
  }

  private Event event(String named) {
    Event event = Event.of(named);
    if (tid != null) {
      event = event.tid(tid);
    }
    if (payload != null) {
      Json.check(payload);
      event = event.payload(new RawJson(payload));
    }
    return event;
  }

  private int end() {
    if (rule != null) {
      throw new UsageException("--cancel takes the ID alone");
    }
    try (Wrkr wrkr = root.connectToExisting()) {
      if (!wrkr.cancelRepeat(id)) {
        throw new NothingFoundException(
            "there is no recurrence " + Text.shortened(id, 60) + ": wrkr repeats lists them");
      }
    }
    console.out().line("1 recurrence cancelled");
    return ExitCode.OK;
  }
}
