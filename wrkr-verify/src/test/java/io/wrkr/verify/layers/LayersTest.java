package io.wrkr.verify.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The modules lean on each other only as the design allows, and each rule can tell. */
class LayersTest {

  private static final Layers WRKR = new Layers("io.wrkr");

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.wrkr");

  static Set<String> backends() {
    return Layers.BACKENDS.keySet();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void every_module_is_seen(String backend) {
    assertThat(MAIN.stream().map(type -> type.getPackageName()))
        .contains("io.wrkr", "io.wrkr.spi", "io.wrkr.tck", "io.wrkr." + backend);
  }

  @Test
  void core_knows_neither_backend_nor_tool() {
    WRKR.coreKnowsNobody().check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void backend_knows_core_alone(String backend) {
    WRKR.knowsCoreAlone(backend).check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void backend_uses_its_driver_alone(String backend) {
    WRKR.backendUsesItsDriverAlone(backend).check(MAIN);
  }

  @Test
  void tck_knows_core_alone() {
    WRKR.knowsCoreAlone("tck").check(MAIN);
  }

  @Test
  void spi_names_no_database() {
    WRKR.spiNamesNoDatabase().check(MAIN);
  }

  /** The same rules, on packages of which each breaks one. */
  @Nested
  class Each_rule_catches_its_breach {

    private static final Layers BROKEN = new Layers("io.wrkr.verify.layers.broken");

    private static final JavaClasses CLASSES =
        new ClassFileImporter().importPackages(BROKEN.root());

    @Test
    void core_that_knows_a_backend() {
      assertBreach(BROKEN.coreKnowsNobody(), "CoreThatKnowsMemory", "MemoryThatKnowsJdbc");
    }

    @Test
    void backend_that_knows_another() {
      assertBreach(BROKEN.knowsCoreAlone("memory"), "MemoryThatKnowsJdbc", "JdbcAlone");
    }

    @Test
    void tck_that_knows_a_backend() {
      assertBreach(BROKEN.knowsCoreAlone("tck"), "TckThatKnowsJdbc", "JdbcAlone");
    }

    @Test
    void backend_that_knows_core_alone_passes() {
      BROKEN.knowsCoreAlone("jdbc").check(CLASSES);
      BROKEN.backendUsesItsDriverAlone("jdbc").check(CLASSES);
    }

    @Test
    void backend_that_uses_another_library() {
      assertBreach(BROKEN.backendUsesItsDriverAlone("memory"), "java.sql.Connection");
    }

    static Stream<String> spi_that_names_a_database() {
      return Stream.of("SqliteHint", "openJdbcUrl", "mongoSession", "SOME_MQTT_TOPIC");
    }

    @ParameterizedTest
    @MethodSource
    void spi_that_names_a_database(String name) {
      assertBreach(BROKEN.spiNamesNoDatabase(), name);
    }

    private static void assertBreach(ArchRule rule, String... words) {
      assertThatThrownBy(() -> rule.check(CLASSES))
          .isInstanceOf(AssertionError.class)
          .hasMessageContainingAll(words);
    }
  }
}
