package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.When;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives deliveries that wait another due instant. */
@Command(
    name = "reschedule",
    description = "Give deliveries that wait another time; never one that is being handled.",
    footer = {
      "",
      "Examples:",
      "  wrkr reschedule --tid 42 --when \"next monday 9am\"",
      "  wrkr reschedule --queue mail --state retrying --when now --yes"
    })
final class RescheduleCommand extends Repair {
  @Option(
      names = "--when",
      required = true,
      paramLabel = "PHRASE",
      description = "The new time: \"2 hours\", \"next friday 9am\", 2027-01-01T09:00Z.")
  private String phrase = "";

  private Instant due = Instant.EPOCH;

  RescheduleCommand(Root root) {
    super(root);
  }

  @Override
  String verb() {
    return "reschedule";
  }

  @Override
  String done() {
    return "rescheduled";
  }

  @Override
  Set<DeliveryState> states() {
    return WAITING;
  }

  @Override
  long change(Admin admin, Query query) {
    return admin.reschedule(query, due);
  }

  @Override
  public Integer call() throws IOException {
    When when = When.parse(phrase, Seam.now(console.zone()));
    due = when.instant();
    int code = repair();
    if (code == ExitCode.OK) {
      console.say("due " + Text.shown(when.explanation()));
    }
    return code;
  }
}
