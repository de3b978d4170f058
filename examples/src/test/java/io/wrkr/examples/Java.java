package io.wrkr.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes of this JDK with this test's class path. */
final class Java {
  private Java() {}

  /** Starts a main class in a folder; what it writes to standard error goes to this process's. */
  static Process start(Path folder, String mainClass, List<String> arguments) throws IOException {
    List<String> command = command(mainClass);
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Returns the words of the command that runs a main class. */
  static List<String> command(String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 22) {
      // As the runnable jar's manifest says: SQLite's driver loads a library.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    return command;
  }
}
