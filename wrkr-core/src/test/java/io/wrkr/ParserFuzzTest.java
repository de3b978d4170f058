package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.wrkr.spi.HeaderText;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in, a value or a refusal comes out: a million inputs, made from a seed, for all
 * that reads text from users or stores. Phrases and cron expressions have tests of their own.
 */
class ParserFuzzTest {
  private static final long SEED = 20261121;

  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "user",
          ".",
          ".",
          ".",
          "*",
          "#",
          "*",
          "#",
          "..",
          "a*",
          "#a",
          "é",
          "😀",
          "\ud800",
          "\u0000",
          "\n",
          "\u202e",
          " ",
          "$wrkr.",
          "$where",
          "'",
          "\"",
          "\\",
          "%",
          "_",
          "--",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "null",
          "true",
          "1",
          "-0",
          "1e9",
          "1e999999999",
          "\"a\":",
          "\"b\"",
          "\\u0041",
          "\\ud83d",
          "\u2028",
          "attempt ",
          "attempt 2 at ",
          "${jndi:ldap://127.0.0.1/x}");

  private final SplittableRandom random = new SplittableRandom(SEED);

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most); n > 0; n--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private String segments(List<String> words, int most) {
    StringBuilder text = new StringBuilder(words.get(random.nextInt(words.size())));
    for (int n = random.nextInt(most); n > 0; n--) {
      text.append('.').append(words.get(random.nextInt(words.size())));
    }
    return text.toString();
  }

  @Test
  void patterns_match_as_the_definition_says() {
    for (int i = 0; i < 300_000; i++) {
      String pattern = segments(List.of("a", "b", "*", "#", "#"), 7);
      String name = segments(List.of("a", "b"), 7);

      boolean matches = Pattern.of(pattern).matches(name);

      boolean defined = matches(pattern.split("\\."), 0, name.split("\\."), 0);
      if (matches != defined) {
        fail("pattern %s, name %s: %s", pattern, name, matches);
      }
    }
  }

  /** The definition, word by word. */
  private static boolean matches(String[] pattern, int p, String[] name, int n) {
    if (p == pattern.length) {
      return n == name.length;
    }
    if (pattern[p].equals("#")) {
      return matches(pattern, p + 1, name, n)
          || (n < name.length && matches(pattern, p, name, n + 1));
    }
    boolean fits = n < name.length && (pattern[p].equals("*") || pattern[p].equals(name[n]));
    return fits && matches(pattern, p + 1, name, n + 1);
  }

  @Test
  void worst_patterns_take_no_exponential_time() {
    String pattern = "#.a.".repeat(60) + "#.b";
    String name = "a.".repeat(126) + "a";

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 10_000; i++) {
            assertThat(Pattern.of(pattern).matches(name)).isFalse();
          }
        });
  }

  @Test
  void names_are_taken_unchanged_or_refused_in_printable_words() {
    List<UnaryOperator<String>> readers =
        List.of(
            Names::requireName,
            Names::requirePattern,
            Names::requireQueue,
            Names::requireTid,
            Names::requireId);
    int taken = 0;
    for (int i = 0; i < 200_000; i++) {
      String text = text(6);
      try {
        assertThat(readers.get(i % readers.size()).apply(text)).isSameAs(text);
        assertThat(text.codePoints()).noneMatch(Character::isISOControl);
        taken++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage().codePoints()).noneMatch(Character::isISOControl);
      }
    }
    assertThat(taken).isBetween(10_000, 190_000);
  }

  @Test
  void headers_come_back_as_they_went_and_foreign_text_is_refused() {
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      Map<String, String> headers = new LinkedHashMap<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        headers.put(text(4), text(4));
      }
      assertThat(HeaderText.decode(HeaderText.encode(headers))).isEqualTo(headers);
      try {
        HeaderText.decode(text(12));
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50_000);
  }

  @Test
  void payloads_are_read_or_refused_and_nothing_else() {
    List<Class<?>> types =
        List.of(Object.class, Map.class, List.class, String.class, int.class, Instant.class);
    int read = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = text(12).getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0 && random.nextInt(4) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      try {
        JsonCodec.INSTANCE.decode(new Payload(Payload.JSON, bytes), types.get(i % types.size()));
        read++;
      } catch (PayloadException e) {
        assertThat(e.getMessage().codePoints()).noneMatch(Character::isISOControl);
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void histories_of_attempts_stay_short_and_know_their_latest() {
    for (int i = 0; i < 100_000; i++) {
      String before = text(20);
      int attempt = 1 + random.nextInt(30);

      String history = AttemptHistory.add(before, attempt, Instant.EPOCH, text(20));

      assertThat(history.length()).isLessThanOrEqualTo(AttemptHistory.MAX_CHARACTERS);
      assertThat(AttemptHistory.lostBefore(attempt + 1, history)).isFalse();
      assertThat(AttemptHistory.lostBefore(attempt + 2, history)).isTrue();
      assertThat(AttemptHistory.reason(text(20), before).length())
          .isLessThanOrEqualTo(AttemptHistory.MAX_CHARACTERS);
    }
  }
}
