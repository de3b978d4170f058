package io.wrkr.verify;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How children are started: short-lived JVMs with small heaps, and with the classes of a first run
 * kept, since most of the life of a child that is killed after a second is its start.
 */
final class ChildJvm {
  private static final Duration START = Duration.ofSeconds(60);

  private final List<String> command;

  private ChildJvm(List<String> command) {
    this.command = command;
  }

  List<String> command() {
    return command;
  }

  /** Makes ready in a folder, by one run on a bus of its own. */
  static ChildJvm prepare(Path folder, String uri) {
    String classPath = packed(folder);
    Path archive = folder.resolve("classes.jsa");
    List<String> training = command(folder, classPath, "-XX:ArchiveClassesAtExit=" + archive);
    train(new ChildJvm(training), folder, uri);
    return new ChildJvm(
        Files.exists(archive)
            ? command(folder, classPath, "-XX:SharedArchiveFile=" + archive)
            : command(folder, classPath, "-Xshare:auto"));
  }

  private static void train(ChildJvm jvm, Path folder, String uri) {
    InstancePlan plan =
        new InstancePlan(uri, folder.resolve("training.journal"), 1, 1, true, Optional.empty());
    Child child = Child.start(jvm, plan, folder.resolve("training.txt"), () -> {});
    try {
      long end = Seam.nanos() + START.toNanos();
      while (!child.isReady() && child.isAlive() && Seam.nanos() < end) {
        Seam.pause(Duration.ofMillis(50));
      }
      Seam.pause(Duration.ofSeconds(1));
      child.terminate();
      child.waitFor(START);
    } finally {
      child.kill();
    }
  }

  private static List<String> command(Path folder, String classPath, String sharing) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xlog:disable",
            sharing,
            // Drivers unpack libraries there, which the killed leave behind.
            "-Djava.io.tmpdir=" + folder,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", classPath, InstanceMain.class.getName()));
    return command;
  }

  /** Returns the class path with jars made of its folders: classes are not kept from folders. */
  private static String packed(Path folder) {
    List<String> entries = new ArrayList<>();
    int made = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        entries.add(pack(path, folder.resolve("classes" + made++ + ".jar")).toString());
      } else if (Files.exists(path)) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Path pack(Path classes, Path jar) {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      out.setLevel(0);
      for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        Files.copy(path, out);
        out.closeEntry();
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot pack " + classes, e);
    }
  }
}
