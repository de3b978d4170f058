package io.wrkr.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this repository, as the tests of the documentation see them. */
final class Repository {
  static final Path ROOT = root();

  /** Set to true, the tests write what they would otherwise compare with. */
  static final boolean REWRITE = Boolean.getBoolean("wrkr.docs.rewrite");

  /** What writes the generated parts of the documentation anew. */
  static final String REWRITE_COMMAND =
      "mvn -q -Pquick -pl examples -am test -Dtest='*DocTest'"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dwrkr.docs.rewrite=true";

  private Repository() {}

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("wrkr-core/pom.xml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "not inside the repository: " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  /** Returns README, CHANGELOG and all below docs. */
  static List<Path> documents() {
    return Stream.concat(
            Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")),
            files("docs", ".md").stream())
        .toList();
  }

  /** Returns the files below a folder whose names end so, sorted, build output left out. */
  static List<Path> files(String folder, String ending) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String shown(Path file) {
    return ROOT.relativize(file).toString();
  }
}
