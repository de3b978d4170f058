package io.wrkr.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a child process is to do. It comes by standard input, not by arguments, since a URI may hold
 * a password and arguments are for all to see.
 *
 * @param publishing whether it publishes as well as it works
 */
record InstancePlan(
    String uri,
    Path journal,
    int process,
    long seed,
    boolean publishing,
    Optional<CrashPoint> crash) {
  private static final String END = "go";

  /** Returns the plan as lines, the last one an end mark. */
  String lines() {
    return String.join(
        "\n",
        "uri=" + uri,
        "journal=" + journal,
        "process=" + process,
        "seed=" + seed,
        "publishing=" + publishing,
        "crash=" + crash.map(CrashPoint::toString).orElse(""),
        END,
        "");
  }

  static InstancePlan read(BufferedReader in) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String line = in.readLine(); !END.equals(line); line = in.readLine()) {
      if (line == null) {
        throw new IOException("The plan ended early: its writer has gone");
      }
      int equals = line.indexOf('=');
      values.put(line.substring(0, equals), line.substring(equals + 1));
    }
    String crash = values.getOrDefault("crash", "");
    return new InstancePlan(
        values.getOrDefault("uri", ""),
        Path.of(values.getOrDefault("journal", "")),
        Integer.parseInt(values.getOrDefault("process", "")),
        Long.parseLong(values.getOrDefault("seed", "")),
        Boolean.parseBoolean(values.get("publishing")),
        crash.isEmpty() ? Optional.empty() : Optional.of(CrashPoint.parse(crash)));
  }
}
