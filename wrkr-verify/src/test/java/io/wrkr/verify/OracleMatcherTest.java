package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Pattern;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The oracle by examples, and the product's matcher beside it. */
class OracleMatcherTest {
  private static final List<String> SEGMENTS = List.of("a", "b", "*", "#");

  @Test
  void star_is_one_segment_and_hash_is_any_number() {
    assertThat(OracleMatcher.matches("a.*", "a.b")).isTrue();
    assertThat(OracleMatcher.matches("a.*", "a")).isFalse();
    assertThat(OracleMatcher.matches("a.#", "a")).isTrue();
    assertThat(OracleMatcher.matches("#.b", "a.a.b")).isTrue();
    assertThat(OracleMatcher.matches("a*", "ab")).isFalse();
    assertThat(OracleMatcher.matches("#.a.#", "b.b")).isFalse();
  }

  @Test
  void product_agrees_on_a_hundred_thousand_random_pairs() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      String pattern = segments(random, SEGMENTS.size());
      String name = segments(random, 2);
      assertThat(Pattern.of(pattern).matches(name))
          .as("%s on %s", pattern, name)
          .isEqualTo(OracleMatcher.matches(pattern, name));
    }
  }

  private static String segments(SplittableRandom random, int kinds) {
    return IntStream.range(0, 1 + random.nextInt(6))
        .mapToObj(i -> SEGMENTS.get(random.nextInt(kinds)))
        .collect(Collectors.joining("."));
  }
}
