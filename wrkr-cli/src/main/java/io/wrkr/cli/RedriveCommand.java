package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Command;

/** Makes dead letters due again. */
@Command(
    name = "redrive",
    description = "Make dead letters due now, with their attempts counted from the beginning.",
    footer = {"", "Examples:", "  wrkr redrive --queue mail", "  wrkr redrive --all --yes"})
final class RedriveCommand extends Repair {
  RedriveCommand(Root root) {
    super(root);
  }

  @Override
  String verb() {
    return "redrive";
  }

  @Override
  String done() {
    return "redriven";
  }

  @Override
  Set<DeliveryState> states() {
    return GIVEN_UP;
  }

  @Override
  long change(Admin admin, Query query) {
    return admin.redrive(query);
  }

  @Override
  public Integer call() throws IOException {
    return repair();
  }
}
