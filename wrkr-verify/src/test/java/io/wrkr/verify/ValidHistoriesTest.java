package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Histories of a store that keeps the contract, under faults: none may be flagged. */
class ValidHistoriesTest {
  private static final int SEEDS = 10_000;

  @Test
  void ten_thousand_histories_of_the_reference_store_raise_no_alarm() {
    IntStream.range(0, SEEDS).parallel().forEach(ValidHistoriesTest::check);
  }

  private static void check(int seed) {
    MemoryJournal journal = clients(seed).run();
    Verdict verdict = Checker.check(HistoryLoader.of(journal));
    assertThat(verdict.findings()).as("seed " + seed + ": " + verdict).isEmpty();
  }

  static RandomClients clients(int seed) {
    return new RandomClients(seed, loop -> new ReferenceStore(loop.storeClock()));
  }
}
