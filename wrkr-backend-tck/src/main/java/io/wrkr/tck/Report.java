package io.wrkr.tck;

import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table of rules by result; printed, and written as Markdown, when the run has ended. */
final class Report implements AutoCloseable {
  /** Where the tables go. */
  static final Path FOLDER = Path.of("target", "tck");

  enum Result {
    PASSED,
    REFUSED,
    FAILED
  }

  private final String backend;
  private final boolean wanted;
  private final Map<String, Map<Result, Integer>> counts = new TreeMap<>();
  private @Nullable Capabilities capabilities;

  Report(String backend, boolean wanted) {
    this.backend = backend;
    this.wanted = wanted;
  }

  synchronized void capabilities(Capabilities declared) {
    capabilities = declared;
  }

  synchronized void count(String rule, Result result) {
    counts.computeIfAbsent(rule, r -> new EnumMap<>(Result.class)).merge(result, 1, Integer::sum);
  }

  private int counted(String rule, Result result) {
    return counts.getOrDefault(rule, Map.of()).getOrDefault(result, 0);
  }

  synchronized String markdown() {
    StringBuilder text = new StringBuilder("# The contract on " + backend + "\n\n");
    if (capabilities != null) {
      Capabilities declared = capabilities;
      text.append("| capability | declared |\n|---|---|\n");
      for (Capability each : Capability.values()) {
        text.append("| ").append(each).append(declared.has(each) ? " | yes |\n" : " | - |\n");
      }
      text.append("\nLargest payload ").append(declared.maxPayloadBytes()).append(" bytes, ");
      text.append("precision ").append(declared.precision()).append(", longest delay ");
      text.append(declared.maxDelay()).append(", longest lease ").append(declared.maxLease());
      text.append(".\n\n");
    }
    text.append("| rule | passed | refused | failed | |\n|---|--:|--:|--:|---|\n");
    Contract.rules().forEach((rule, title) -> text.append(row(rule, title)));
    return text.toString();
  }

  private String row(String rule, String title) {
    boolean tried = counts.containsKey(rule);
    String numbers =
        tried
            ? Arrays.stream(Result.values())
                .map(result -> String.valueOf(counted(rule, result)))
                .collect(Collectors.joining(" | "))
            : "elsewhere | |";
    return "| " + rule + " | " + numbers + " | " + title + " |\n";
  }

  private synchronized String summary() {
    StringBuilder text = new StringBuilder("Contract on " + backend + ":\n");
    for (String rule : Contract.rules().keySet()) {
      if (counts.containsKey(rule)) {
        text.append(
            String.format(
                "  %-11s passed %3d  refused %3d  failed %3d%n",
                rule,
                counted(rule, Result.PASSED),
                counted(rule, Result.REFUSED),
                counted(rule, Result.FAILED)));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    if (!wanted) {
      return;
    }
    System.out.println(summary());
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(backend + ".md"), markdown());
    } catch (IOException e) {
      throw new UncheckedIOException("The report on " + backend + " cannot be written", e);
    }
  }
}
