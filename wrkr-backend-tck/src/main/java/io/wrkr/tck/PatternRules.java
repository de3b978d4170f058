package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Patterns, judged by a matcher of the kit's own. */
@Needs(Capability.PATTERN)
abstract class PatternRules extends SpiScenario {
  private final Random random = new Random(20300101);

  /** Matches by trying all ways: slow, and plain enough to be right. */
  static boolean matches(List<String> pattern, List<String> name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("#")) {
      return IntStream.rangeClosed(0, name.size())
          .anyMatch(skipped -> matches(rest, name.subList(skipped, name.size())));
    }
    return !name.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(name.get(0)))
        && matches(rest, name.subList(1, name.size()));
  }

  private Set<String> texts(int count, String... segments) {
    Set<String> texts = new LinkedHashSet<>();
    while (texts.size() < count) {
      int length = 1 + random.nextInt(5);
      texts.add(
          String.join(
              ".",
              IntStream.range(0, length)
                  .mapToObj(i -> segments[random.nextInt(segments.length)])
                  .toList()));
    }
    return texts;
  }

  @Test
  @Rule("SUB-7")
  void patterns_match_exactly_as_the_kits_own_matcher_says() {
    List<String> patterns = new ArrayList<>(texts(100, "a", "b", "A", "*", "#"));
    List<String> names = new ArrayList<>(texts(150, "a", "b", "A", "a*", "##"));
    patterns.forEach(pattern -> subscribe("queue " + pattern, pattern));

    List<Draft> events = names.stream().map(name -> event(name)).toList();

    assertThat(publish(events))
        .zipSatisfy(
            names,
            (receipt, name) ->
                assertThat(receipt.queues())
                    .as("queues of %s", name)
                    .containsExactlyInAnyOrderElementsOf(
                        patterns.stream()
                            .filter(pattern -> matches(split(pattern), split(name)))
                            .map(pattern -> "queue " + pattern)
                            .toList()));
  }

  private static List<String> split(String text) {
    return List.of(text.split("\\.", -1));
  }

  @Test
  @Rule("SUB-7")
  void a_star_stands_for_one_segment_and_a_hash_for_any_number() {
    subscribe("star", "a.*");
    subscribe("hash", "a.#");
    subscribe("middle", "a.#.z");
    subscribe("all", "#");
    subscribe("one", "*");

    assertThat(publish(event("a")).queues()).containsExactlyInAnyOrder("hash", "all", "one");
    assertThat(publish(event("a.b")).queues()).containsExactlyInAnyOrder("star", "hash", "all");
    assertThat(publish(event("a.b.c")).queues()).containsExactlyInAnyOrder("hash", "all");
    assertThat(publish(event("a.z")).queues())
        .containsExactlyInAnyOrder("star", "hash", "middle", "all");
    assertThat(publish(event("a.b.c.z")).queues())
        .containsExactlyInAnyOrder("hash", "middle", "all");
    assertThat(publish(event("b")).queues()).containsExactlyInAnyOrder("all", "one");
  }

  @Test
  @Rule("SUB-7")
  void several_matching_patterns_of_one_queue_make_one_delivery() {
    for (String pattern : List.of("#", "a.*", "*.b", "a.b", "a.#", "#.b")) {
      subscribe("q", pattern);
    }

    publish(event("a.b").id("1"));

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("SUB-7")
  void a_hard_pattern_is_matched_in_no_time() {
    String pattern = "#.a".repeat(60) + ".b";
    subscribe("q", pattern.substring(0, Math.min(pattern.length(), 250)).replaceAll("\\.$", ""));

    assertThat(publish(event("a.".repeat(126) + "c")).queues()).isEmpty();
  }

  @Test
  @Rule("SUB-7")
  void removing_one_of_several_matching_patterns_keeps_the_others() {
    subscribe("q", "a.*");
    subscribe("q", "a.#");
    backend.unsubscribe(new io.wrkr.Subscription("q", "a.*"));

    assertThat(publish(event("a.b")).queues()).containsExactly("q");
  }
}
