package io.wrkr.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Loads what the usual commands need, so that the classes can be kept for a quick start: runs them
 * on a temporary file. Called by the launcher when it has built the program.
 */
@Command(name = WarmUpCommand.NAME, hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  static final String NAME = "warm-up";

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--help"),
          List.of("publish", "--help"),
          List.of("subscribe", "q", "a.*"),
          List.of("publish", "a.b", "{\"n\":[1,2.5,\"x\"]}", "--tid", "1", "--header", "k=v"),
          List.of("publish", "a.c", "--when", "next friday 9am"),
          List.of("publish", "a.d", "--when", "7 days", "--json"),
          List.of("listen", "q", "a.#", "--count", "1"),
          List.of("find", "--state", "scheduled"),
          List.of("find", "--json"),
          List.of("queues"),
          List.of("subscriptions"),
          List.of("cancel", "--tid", "9", "--yes"),
          List.of("when", "25", "december", "2026"),
          List.of("when", "nonsense"));

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("wrkr-warm-up");
    try {
      for (List<String> command : COMMANDS) {
        String[] args = command.toArray(new String[command.size() + 2]);
        args[command.size()] = "--bus";
        args[command.size() + 1] = "sqlite:" + folder.resolve("warm-up.db");
        Main.run(
            args,
            new ByteArrayInputStream(new byte[0]),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream());
      }
      return ExitCode.OK;
    } finally {
      DemoCommand.remove(folder);
    }
  }
}
