package io.wrkr.cli;

import io.wrkr.Wrkr;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates the store's schema, or prints it. */
@Command(
    name = "schema",
    description = "Create the tables of the bus's store, or print the SQL that does.",
    footer = {
      "",
      "Every program creates what is missing when it connects, if it may. Where it may not,"
          + " somebody",
      "who may runs what --print prints, which connects to nothing.",
      "",
      "Examples:",
      "  wrkr schema --bus jdbc:postgresql://db/app --print | psql app",
      "  wrkr schema --bus 'jdbc:mariadb://db/app?prefix=mail' --print"
    })
final class SchemaCommand extends Action {
  @Option(names = "--print", description = "Only print the SQL.")
  private boolean print;

  SchemaCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    Optional<String> statements = Wrkr.schema(root.uri());
    if (statements.isEmpty()) {
      throw new NothingFoundException("the store of " + root.shownBus() + " needs no schema");
    }
    if (print) {
      statements.get().lines().forEach(console.out()::line);
      return ExitCode.OK;
    }
    try (Wrkr wrkr = root.connect()) {
      wrkr.admin().subscriptions();
    }
    console.say("the tables are there");
    return ExitCode.OK;
  }
}
