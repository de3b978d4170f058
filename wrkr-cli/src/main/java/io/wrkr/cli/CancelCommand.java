package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Command;

/** Removes deliveries that wait. */
@Command(
    name = "cancel",
    description = "Remove deliveries that wait; never one that is being handled.",
    footer = {
      "",
      "Examples:",
      "  wrkr cancel --tid 42 --name ourapp.user.reminder",
      "  wrkr cancel --id report-47 --yes"
    })
final class CancelCommand extends Repair {
  CancelCommand(Root root) {
    super(root);
  }

  @Override
  String verb() {
    return "cancel";
  }

  @Override
  String done() {
    return "cancelled";
  }

  @Override
  Set<DeliveryState> states() {
    return WAITING;
  }

  @Override
  long change(Admin admin, Query query) {
    return admin.cancel(query);
  }

  @Override
  public Integer call() throws IOException {
    return repair();
  }
}
