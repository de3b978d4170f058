package io.wrkr.verify.gates;

import static io.wrkr.verify.gates.GateFixtures.CONTROL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every gate of the build refuses the file it is there to refuse.
 *
 * <p>A gate that is configured wrongly passes everything. So one build runs over small projects
 * that inherit this project's parent: one that is good, and per gate one that is bad in one
 * respect.
 */
@Tag("gates")
class GatesTest {

  private static final Path FOLDER = Path.of("target/gates");
  private static final String FORMAT = "(format)";
  private static final int NO_FORMATTER_FROM = 25;

  private static BuildLog log;

  @BeforeAll
  static void build_all_fixtures_once() throws IOException, InterruptedException {
    GateFixtures.layOut(FOLDER, Path.of("../pom.xml"));
    log = new BuildLog(ForkedMaven.verify(FOLDER));
    if (log.text().contains("in offline mode")) {
      notRun("a plugin is not in the local repository yet, see " + FOLDER + "/build.log");
    }
  }

  static List<String> gates() {
    return GateFixtures.gates();
  }

  @Test
  void control_passes_every_gate() {
    assertThat(log.outcome(CONTROL)).as(log.text()).isEqualTo("SUCCESS");
  }

  @ParameterizedTest
  @MethodSource("gates")
  void gate_refuses_its_bad_file(String gate) {
    List<String> expected = GateFixtures.expected(gate);
    if (expected.get(0).equals(FORMAT) && Runtime.version().feature() >= NO_FORMATTER_FROM) {
      notRun("the format is not checked on JDK " + Runtime.version().feature());
    }

    assertThat(log.outcome(gate)).isEqualTo("FAILURE");
    assertThat(log.failure(gate)).contains(expected.get(0));
    assertThat(log.output(gate) + log.failure(gate)).contains(expected);
  }

  @Test
  void jar_bears_the_fixed_time_of_the_build() throws IOException {
    try (JarFile jar =
        new JarFile(FOLDER.resolve(CONTROL + "/target/control-0.1.0-SNAPSHOT.jar").toFile())) {
      assertThat(jar.stream().map(JarEntry::getTimeLocal))
          .isNotEmpty()
          .containsOnly(LocalDateTime.of(2026, 1, 1, 0, 0));
    }
  }

  private static void notRun(String why) {
    System.out.println("not run: " + why);
    abort("not run: " + why);
  }
}
