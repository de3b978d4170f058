package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Command;

/** Removes dead letters. */
@Command(
    name = "discard",
    description = "Remove dead letters for good.",
    footer = {
      "",
      "Examples:",
      "  wrkr discard --queue mail --name ourapp.user.added",
      "  wrkr discard --all --yes"
    })
final class DiscardCommand extends Repair {
  DiscardCommand(Root root) {
    super(root);
  }

  @Override
  String verb() {
    return "discard";
  }

  @Override
  String done() {
    return "discarded";
  }

  @Override
  Set<DeliveryState> states() {
    return GIVEN_UP;
  }

  @Override
  long change(Admin admin, Query query) {
    return admin.discard(query);
  }

  @Override
  public Integer call() throws IOException {
    return repair();
  }
}
