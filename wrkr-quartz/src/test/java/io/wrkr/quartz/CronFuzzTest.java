package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expressions bent at random: whatever comes in, a rule that works or a refusal comes out. */
class CronFuzzTest {
  private static final int TEXTS = 100_000;
  private static final long SEED = 20261121;
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private static final List<String> PARTS =
      List.of(
          "*",
          "*",
          "*",
          "?",
          "0",
          "1",
          "5",
          "7",
          "9",
          "12",
          "15",
          "23",
          "30",
          "31",
          "59",
          "60",
          "2027",
          "MON",
          "FRI",
          "sun",
          "JAN",
          "feb",
          "1-5",
          "*/15",
          "0/3",
          "22-2",
          "MON-FRI",
          "1,15",
          "L",
          "LW",
          "15W",
          "L-3",
          "L-3W",
          "6L",
          "2#1",
          "5#5",
          "@daily",
          "@",
          "-",
          "/",
          ",",
          "#",
          "W",
          "-1",
          "99999999999",
          "é",
          "\u0000",
          "\uD83D",
          "\n",
          "X",
          "１");

  private final Random random = new Random(SEED);
  private int rules;

  @Test
  void any_text_is_a_rule_or_refused() {
    for (int i = 0; i < TEXTS; i++) {
      String text = random.nextInt(10) == 0 ? noise() : bent();
      try {
        requireWorks(Cron.of(text, ZONE));
        rules++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).as(text).contains("@daily").hasSizeLessThan(600);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("Seed " + SEED + ", text " + i + " '" + text + "'", e);
      }
    }

    assertThat(rules).isGreaterThan(TEXTS / 50);
  }

  private static void requireWorks(Cron cron) {
    String text = cron.text().orElseThrow();
    assertThat(new CronParser().parse(text.substring("cron ".length()))).isEqualTo(cron);
    cron.next(NOW).ifPresent(next -> assertThat(next).isAfter(NOW));
  }

  private String noise() {
    return random
        .ints(random.nextInt(140), 0, 0x180)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private String bent() {
    int fields = random.nextInt(8) == 0 ? random.nextInt(9) : 5 + random.nextInt(2);
    return IntStream.range(0, fields).mapToObj(i -> field()).collect(Collectors.joining(" "));
  }

  private String field() {
    String field = random.nextInt(3) == 0 ? PARTS.get(random.nextInt(PARTS.size())) : "*";
    return random.nextInt(20) == 0 ? field + PARTS.get(random.nextInt(PARTS.size())) : field;
  }
}
