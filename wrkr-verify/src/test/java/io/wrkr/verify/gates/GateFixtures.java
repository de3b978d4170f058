package io.wrkr.verify.gates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The projects under {@code src/test/resources/gates}, laid out as one Maven build.
 *
 * <p>{@code control} passes every gate. Each other folder is the control with a few files added or
 * replaced, and must fail for the reasons its {@code expected.txt} lists, one per line.
 */
final class GateFixtures {

  static final String CONTROL = "control";

  private static final Path SOURCE = Path.of("src/test/resources/gates");

  private GateFixtures() {}

  static List<String> gates() {
    try (Stream<Path> folders = Files.list(SOURCE)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !name.equals(CONTROL))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> expected(String gate) {
    return read(SOURCE.resolve(gate).resolve("expected.txt")).lines().toList();
  }

  /** Lays out the control and all gates in the folder, in place of what was there. */
  static void layOut(Path folder, Path parentPom) throws IOException {
    delete(folder);
    StringBuilder modules = new StringBuilder();
    for (String name : Stream.concat(Stream.of(CONTROL), gates().stream()).toList()) {
      modules.append("    <module>").append(name).append("</module>\n");
      Path module = folder.resolve(name);
      copy(SOURCE.resolve(CONTROL), module);
      copy(SOURCE.resolve(name), module);
      Path pom = module.resolve("pom.xml");
      String parent = module.toAbsolutePath().relativize(parentPom.toAbsolutePath()).toString();
      Files.writeString(
          pom, read(pom).replace("@gate@", name).replace("@parent@", parent.replace('\\', '/')));
    }
    Files.writeString(folder.resolve("pom.xml"), aggregator(modules));
  }

  private static String aggregator(CharSequence modules) {
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>io.wrkr.gates</groupId>
      <artifactId>gates</artifactId>
      <version>1</version>
      <packaging>pom</packaging>
      <modules>
    %s  </modules>
    </project>
    """
        .formatted(modules);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.writeString(target, read(file));
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
