package io.wrkr.verify.gates;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code mvn verify} in a process of its own, offline, with the plugins this build fetched.
 */
final class ForkedMaven {

  private static final long PATIENCE_SECONDS = 300;

  private ForkedMaven() {}

  /** Returns what Maven printed; whether it succeeded can be read there, module by module. */
  static String verify(Path folder) throws IOException, InterruptedException {
    Path log = folder.resolve("build.log").toAbsolutePath();
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().remove("MAVEN_ARGS");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.PIPE);
    Process maven = builder.start();
    maven.getOutputStream().close();
    try {
      if (!maven.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("mvn still runs after " + PATIENCE_SECONDS + " s, see " + log);
      }
    } finally {
      maven.destroyForcibly();
    }
    return Files.readString(log);
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(executable());
    command.addAll(List.of("-o", "-B", "-ntp", "-fae", "-Dstyle.color=never", "-DskipTests"));
    String repository = System.getProperty("wrkr.localRepository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.add("verify");
    return command;
  }

  private static String executable() {
    String name = File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
    String home = System.getProperty("wrkr.mavenHome");
    return home == null ? name : Path.of(home, "bin", name).toString();
  }
}
