package io.wrkr.examples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs lines of the documentation in a folder whose {@code ./wrkr} is this build's. */
final class Shell {
  private final Path folder;

  Shell(Path folder) {
    this.folder = folder;
    Path program = folder.resolve("wrkr");
    String command = String.join("' '", Java.command("io.wrkr.cli.Main"));
    try {
      Files.writeString(program, "#!/bin/sh\nexec '" + command + "' \"$@\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!program.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make " + program + " executable");
    }
  }

  /** Returns what the line prints on both of its outputs. */
  String run(String line) throws IOException, InterruptedException {
    Process process = start(line);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  Process start(String line) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", line)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true);
    builder.environment().put("TZ", "UTC");
    builder.environment().remove("WRKR_BUS");
    return builder.start();
  }
}
