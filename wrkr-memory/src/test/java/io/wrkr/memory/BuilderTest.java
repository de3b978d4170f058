package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Wrkr;
import org.junit.jupiter.api.Test;

/** What a builder makes of its options. */
class BuilderTest {
  @Test
  void name_given_to_an_instance_is_shown_by_admin() {
    try (Wrkr bus = Wrkr.builder("memory:").name("mail-1").build()) {
      assertThat(bus.admin().instance()).isEqualTo("mail-1");
    }
  }

  @Test
  void builder_that_has_built_its_bus_builds_no_other() {
    Wrkr.Builder builder = Wrkr.builder("memory:").name("mail-1");
    try (Wrkr bus = builder.build()) {
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("mail-1")
          .hasMessageContaining("make a builder for each bus");

      assertThat(bus.admin().queues()).isEmpty();
    }
  }
}
