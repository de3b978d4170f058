package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The share of the simulation that every build runs; {@code -Dwrkr.seeds=N} runs more. */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("wrkr.seeds", 6_000);

  @Test
  void seeds_that_failed_once_stay_valid() throws IOException {
    onceFailed().forEach(SimulationTest::check);
  }

  @Test
  void equal_seeds_give_equal_traces() {
    IntStream.range(0, 100)
        .forEach(
            seed ->
                assertThat(Simulation.run(Knobs.of(seed)).trace())
                    .as("seed %d", seed)
                    .isEqualTo(Simulation.run(Knobs.of(seed)).trace()));
  }

  @Test
  void every_seed_is_valid_and_everything_happens_sometimes() {
    Sometimes.Counts counts = new Sometimes.Counts();
    long[] totals = new long[2];
    IntStream.range(0, SEEDS)
        .parallel()
        .mapToObj(SimulationTest::check)
        .forEach(
            result -> {
              synchronized (counts) {
                counts.add(result.sometimes());
                totals[0] += result.steps();
                totals[1] += result.virtualMicros();
              }
            });
    System.out.printf(
        "Simulation: %,d seeds, %,d steps, %,d virtual hours%n%s%n",
        SEEDS, totals[0], totals[1] / 3_600_000_000L, counts);

    for (Sometimes each : Sometimes.values()) {
      assertThat(counts.of(each)).as("%s never happened", each).isPositive();
    }
  }

  static Simulation.Result check(int seed) {
    Simulation.Result result = Simulation.run(Knobs.of(seed));
    if (!result.verdict().findings().isEmpty()) {
      Knobs small = new Shrinker(SimulationTest::fails).shrink(result.knobs());
      throw new AssertionError(
          result.knobs() + "\nshrunk to " + small + "\n" + Simulation.run(small).verdict());
    }
    return result;
  }

  private static boolean fails(Knobs knobs) {
    return !Simulation.run(knobs).verdict().findings().isEmpty();
  }

  private static List<Integer> onceFailed() throws IOException {
    try (InputStream file = SimulationTest.class.getResourceAsStream("seeds.txt")) {
      byte[] bytes = Objects.requireNonNull(file, "seeds.txt").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Integer.parseInt(line.strip().split("\\s+")[0]))
          .toList();
    }
  }
}
