package io.wrkr.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the bus at work. */
@Command(
    name = "demo",
    description = "Show the bus at work, on a fresh SQLite file that is removed at the end.",
    footer = {
      "",
      "A producer publishes new users to three queues. ourApp.CustomerSatisfactionTeam follows each",
      "up after a second, and asks how it was after another. ourApp.Mail fails now and then and",
      "tries again. ourApp.Audit sees everything. At the end every event is accounted for by its id:",
      "handled are those that each of their queues acked, lost those neither acked nor still held.",
      "",
      "Examples:",
      "  wrkr demo",
      "  wrkr demo --seconds 60"
    })
final class DemoCommand extends Action {
  private static final int MAX_SECONDS = 86_400;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to publish. Default: ${DEFAULT-VALUE}.")
  private int seconds = 10;

  DemoCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new UsageException("--seconds " + seconds + " is outside 1 to " + MAX_SECONDS);
    }
    if (root.isBusGiven()) {
      return run();
    }
    Path folder = Files.createTempDirectory("wrkr-demo");
    try {
      root.useBus("sqlite:" + folder.resolve("demo.db"));
      return run();
    } finally {
      remove(folder);
    }
  }

  private int run() throws InterruptedException {
    return new Demo(root, Duration.ofSeconds(seconds)).run();
  }

  static void remove(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
