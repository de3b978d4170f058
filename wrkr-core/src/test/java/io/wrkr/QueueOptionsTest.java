package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How often an idle worker looks. */
class QueueOptionsTest {
  private static Duration idle(Capabilities capabilities) {
    return new QueueOptions("q", () -> {}).engine(capabilities).idle();
  }

  @Test
  void hints_that_tell_of_everything_let_an_idle_worker_rest() {
    Capabilities joining = Capabilities.of(Set.of(Capability.WAKE, Capability.TX_JOIN));

    assertThat(idle(Capabilities.of(Set.of(Capability.WAKE)))).isEqualTo(Duration.ofSeconds(5));
    assertThat(idle(joining.hintingJoined())).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void what_no_hint_tells_of_is_looked_for_every_second() {
    Capabilities joining = Capabilities.of(Set.of(Capability.WAKE, Capability.TX_JOIN));

    assertThat(idle(Capabilities.of(Set.of()))).isEqualTo(Duration.ofSeconds(1));
    assertThat(idle(joining)).as("joined transactions").isEqualTo(Duration.ofSeconds(1));
    assertThat(idle(joining.hintingJoined().without(Capability.WAKE)))
        .as("hints switched off")
        .isEqualTo(Duration.ofSeconds(1));
  }
}
