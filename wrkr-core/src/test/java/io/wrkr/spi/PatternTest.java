package io.wrkr.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternTest {

  @ParameterizedTest
  @CsvSource({
    "a.b.c, a.b.c, true",
    "a.b.c, a.b, false",
    "a.b, A.b, false",
    "a.*, a.b, true",
    "a.*, a, false",
    "a.*, a.b.c, false",
    "*.user.added, ourapp.user.added, true",
    "a.#, a, true",
    "a.#, a.b.c.d, true",
    "a.#, b.a, false",
    "#, anything.at.all, true",
    "#.added, user.added, true",
    "#.added, added, true",
    "#.added, user.added.twice, false",
    "a.#.z, a.z, true",
    "a.#.z, a.b.c.z, true",
    "a.#.b.#.z, a.b.z, true",
    "a.#.b.#.z, a.x.b.y.z, true",
    "a.#.b.#.z, a.x.y.z, false",
    "a*, a*, true",
    "a*, ab, false",
    "a#.b, a#.b, true",
    "*.#, a, true",
    "#.*, a.b, true"
  })
  void matches(String pattern, String name, boolean expected) {
    assertThat(Pattern.of(pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void sorts_the_most_specific_first() {
    List<String> sorted =
        List.of("#", "a.#", "a.*", "*.b", "a.b", "a.b.#", "a.b.c").stream()
            .map(Pattern::of)
            .sorted()
            .map(Pattern::toString)
            .toList();

    assertThat(sorted).containsExactly("a.b.c", "a.b", "a.b.#", "*.b", "a.*", "a.#", "#");
  }

  @Test
  void agrees_with_the_definition_on_random_patterns_and_names() {
    SplittableRandom random = new SplittableRandom(42);
    String[] parts = {"a", "b", "*", "#"};
    for (int i = 0; i < 200_000; i++) {
      List<String> pattern =
          random.ints(1 + random.nextInt(5), 0, 4).mapToObj(p -> parts[p]).toList();
      List<String> name = random.ints(1 + random.nextInt(5), 0, 2).mapToObj(p -> parts[p]).toList();

      assertThat(Pattern.of(String.join(".", pattern)).matches(String.join(".", name)))
          .as("%s on %s", pattern, name)
          .isEqualTo(byDefinition(pattern, name));
    }
  }

  @Test
  void pattern_of_many_hashes_ends_soon_on_a_long_name() {
    String pattern = "#.a.".repeat(500) + "b";
    String name = "a.".repeat(5000) + "c";

    assertThat(Pattern.of(pattern).matches(name)).isFalse();
  }

  /** Recursion over segments, as the rule is worded. */
  private static boolean byDefinition(List<String> pattern, List<String> name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    return switch (pattern.get(0)) {
      case "#" ->
          byDefinition(rest, name)
              || (!name.isEmpty() && byDefinition(pattern, name.subList(1, name.size())));
      case "*" -> !name.isEmpty() && byDefinition(rest, name.subList(1, name.size()));
      default ->
          !name.isEmpty()
              && pattern.get(0).equals(name.get(0))
              && byDefinition(rest, name.subList(1, name.size()));
    };
  }
}
