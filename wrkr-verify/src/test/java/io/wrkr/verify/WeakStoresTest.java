package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Backend;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Control runs: each weak store must be found out by the simulation. */
class WeakStoresTest {
  private static final int SEEDS = 200;

  @TestFactory
  Stream<DynamicTest> every_weak_store_is_found_out() {
    return WeakStores.all().entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> run(each)));
  }

  private static void run(Map.Entry<String, Function<InstantSource, Backend>> weak) {
    int flagged = 0;
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    for (int seed = 0; seed < SEEDS; seed++) {
      Verdict verdict =
          Simulation.run(Knobs.of(seed), (loop, knobs) -> weak.getValue().apply(loop.storeClock()))
              .verdict();
      flagged += verdict.findings().isEmpty() ? 0 : 1;
      violated.addAll(verdict.violated());
    }
    System.out.printf("%s: %d of %d seeds, %s%n", weak.getKey(), flagged, SEEDS, violated);
    assertThat(flagged).isPositive();
  }
}
