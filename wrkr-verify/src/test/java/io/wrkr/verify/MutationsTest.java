package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Valid histories, broken in each of the 14 ways: each must be flagged, by its invariant. */
class MutationsTest {
  private static final int EACH = 25;
  private static final int MOST_SEEDS = 2_000;

  @ParameterizedTest
  @EnumSource
  void every_mutant_is_flagged_by_its_invariant(Invariant invariant) {
    int broken = 0;
    for (int seed = 0; seed < MOST_SEEDS && broken < EACH; seed++) {
      var mutant = new Mutator(ValidHistoriesTest.clients(seed).run()).breaking(invariant);
      if (mutant.isPresent()) {
        broken++;
        Verdict verdict = Checker.check(mutant.get());
        assertThat(verdict.violated()).as("seed %d: %s", seed, verdict).contains(invariant);
      }
    }
    assertThat(broken).isEqualTo(EACH);
  }
}
