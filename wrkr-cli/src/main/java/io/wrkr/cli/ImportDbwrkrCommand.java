package io.wrkr.cli;

import io.wrkr.mongo.DbwrkrMigration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Moves what waits in dbwrkr. */
@Command(
    name = "import-dbwrkr",
    description = "Move what waits in a MongoDB database of dbwrkr to a bus on MongoDB.",
    footer = {
      "",
      "Stop the workers and publishers of dbwrkr first. What was moved keeps its id and due instant,",
      "and its \"when\" becomes \"movedWhen\". Broken off, it can be run again: nothing goes twice.",
      "",
      "Examples:",
      "  WRKR_BUS=mongodb://localhost/shop wrkr import-dbwrkr mongodb://localhost/old"
    })
final class ImportDbwrkrCommand extends Action {
  @Parameters(
      arity = "0..1",
      paramLabel = "URI",
      description =
          "The database of dbwrkr. Default: WRKR_DBWRKR from the environment, the place for a URI"
              + " with a password.")
  private String from = "";

  ImportDbwrkrCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() {
    if (!root.uri().startsWith("mongodb")) {
      throw new UsageException("--bus " + root.shownBus() + " is not on MongoDB: name one that is");
    }
    String old = from.isEmpty() ? console.environment().getOrDefault("WRKR_DBWRKR", "") : from;
    if (old.isEmpty()) {
      throw new UsageException("no database of dbwrkr: give its URI, or set WRKR_DBWRKR");
    }
    root.quietLog();
    DbwrkrMigration.Summary summary = DbwrkrMigration.run(old, root.uri());
    console
        .out()
        .line(
            summary.subscriptions()
                + " subscriptions, "
                + summary.moved()
                + " items moved, "
                + summary.present()
                + " moved before, "
                + summary.left()
                + " left alone");
    return summary.left() == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }
}
