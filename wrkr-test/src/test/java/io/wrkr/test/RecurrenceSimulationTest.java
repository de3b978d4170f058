package io.wrkr.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.test.RecurrenceSimulation.Sometimes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recurrences of several instances, by seed. */
class RecurrenceSimulationTest {
  private static final int SEEDS = Integer.getInteger("wrkr.recurrence.seeds", 300);

  @Test
  void each_time_fires_once_whatever_becomes_of_the_instances() {
    Map<Sometimes, Integer> all = new EnumMap<>(Sometimes.class);

    for (long seed = 0; seed < SEEDS; seed++) {
      RecurrenceSimulation.run(seed, call -> call)
          .forEach((key, n) -> all.merge(key, n, Integer::sum));
    }

    System.out.println(SEEDS + " seeds of recurrences: " + all);
    assertThat(all).containsOnlyKeys(Sometimes.values());
  }

  @Test
  void same_seed_does_the_same() {
    assertThat(RecurrenceSimulation.run(7, call -> call))
        .isEqualTo(RecurrenceSimulation.run(7, call -> call));
  }

  @Test
  void store_that_drops_successors_is_found_out() {
    assertFound(
        settlement ->
            settlement instanceof Settlement.Ack ack
                ? new Settlement.Ack(ack.lease(), ack.archive(), List.of())
                : settlement);
  }

  @Test
  void store_that_forgets_ids_is_found_out() {
    assertFound(
        event ->
            event instanceof OutgoingEvent out
                ? new OutgoingEvent(out.event(), out.due(), Duration.ZERO)
                : event);
  }

  private static void assertFound(RecurrenceSimulation.Sabotage sabotage) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < SEEDS; seed++) {
                RecurrenceSimulation.run(seed, sabotage);
              }
            })
        .isInstanceOf(AssertionError.class);
  }
}
