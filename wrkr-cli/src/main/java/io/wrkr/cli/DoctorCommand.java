package io.wrkr.cli;

import io.wrkr.HealthCheck;
import io.wrkr.Wrkr;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how the store is. */
@Command(
    name = "doctor",
    description = "Say what slows the bus's store down or endangers it, and what to do.",
    footer = {
      "",
      "Ends with 0 if all is well, with 1 if something is to be done.",
      "",
      "Examples:",
      "  wrkr doctor",
      "  wrkr doctor --json | jq -r 'select(.advice)'"
    })
final class DoctorCommand extends Action {
  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  DoctorCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    List<HealthCheck> checks;
    try (Wrkr wrkr = root.connectToExisting()) {
      checks = wrkr.admin().health();
    }
    List<HealthCheck> wrong = checks.stream().filter(check -> check.advice().isPresent()).toList();
    if (json) {
      checks.forEach(this::printLine);
    } else {
      print(checks, wrong);
    }
    return wrong.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void printLine(HealthCheck check) {
    JsonObject object = new JsonObject().put("check", check.name()).put("value", check.value());
    check.advice().ifPresent(advice -> object.put("advice", advice));
    console.out().line(object.toString());
  }

  private void print(List<HealthCheck> checks, List<HealthCheck> wrong) {
    Table table = new Table("CHECK", "", "FOUND");
    for (HealthCheck check : checks) {
      table.row(check.name(), check.advice().isPresent() ? "!" : "ok", check.value());
    }
    if (!checks.isEmpty()) {
      table.print(console);
    }
    if (checks.isEmpty()) {
      console.out().line("this backend has nothing to tell; it answers");
    }
    for (HealthCheck check : wrong) {
      console.out().line("");
      console.out().line(check.name() + ": " + check.advice().orElse(""));
    }
  }
}
