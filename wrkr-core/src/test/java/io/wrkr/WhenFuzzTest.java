package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Phrases bent at random: whatever comes in, a refusal or an instant in range comes out. */
class WhenFuzzTest {
  private static final List<String> PHRASES =
      List.of(
          "500ms",
          "500 ms",
          "90s",
          "1h30m",
          "1.5 hours",
          "7 days",
          "2 weeks and 3 days",
          "1 hour and 30 minutes",
          "a week",
          "in an hour",
          "2 hours from now",
          "half an hour",
          "10 years and 1 day",
          "now",
          "PT2H",
          "P7D",
          "P1Y2M",
          "P1DT2H",
          "P2W",
          "tomorrow",
          "tomorrow at 9am",
          "today 17:30",
          "next friday 9am",
          "on monday",
          "this sunday 2:30",
          "noon",
          "midnight",
          "at 9:15:30 p.m.",
          "2027-01-01",
          "2027-01-01T09:00Z",
          "2027-01-01T09:00+01:00[Europe/Paris]",
          "2027-01-01 9:00",
          "2026-03-29T02:30");
  private static final List<String> NATTY_PHRASES =
      List.of(
          "25 december 2026 9am",
          "december 25th, 2027",
          "the 31st of may at 18:30",
          "29 feb 2028",
          "1st of next month",
          "last day of next month",
          "tomorrow morning",
          "tonight",
          "monday evening",
          "every friday 3 june",
          "30 february 2027");
  private static final List<ZonedDateTime> REFERENCES =
      List.of(
          ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, ZoneId.of("Europe/Amsterdam")),
          ZonedDateTime.of(2026, 3, 29, 1, 59, 59, 999_999_999, ZoneId.of("Europe/Amsterdam")),
          ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 1, ZoneId.of("Europe/Amsterdam")),
          ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 1, ZoneId.of("Europe/Amsterdam"))
              .withLaterOffsetAtOverlap(),
          ZonedDateTime.of(2026, 3, 8, 1, 30, 0, 0, ZoneId.of("America/New_York")),
          ZonedDateTime.of(2026, 11, 1, 1, 30, 0, 0, ZoneId.of("America/New_York")),
          ZonedDateTime.of(2011, 12, 29, 12, 0, 0, 0, ZoneId.of("Pacific/Apia")),
          ZonedDateTime.of(2028, 2, 29, 23, 59, 59, 0, ZoneOffset.UTC),
          LocalDateTime.MAX.atZone(ZoneOffset.UTC),
          LocalDateTime.MIN.atZone(ZoneOffset.UTC));
  private static final String LETTERS =
      " 0123456789abcdefghijklmnopqrstuvwxyzPTWYMDHSZ:.,-+/[]'\"\\\n\0\u202e\u0660\ud800";

  private static final long SEED = 20_261_121;

  @Test
  void mutated_phrases_and_random_text_are_read_in_range_or_refused() {
    long read =
        IntStream.range(0, 200_000)
            .parallel()
            .filter(i -> isRead(i, text -> i % 4 == 0 ? text.random() : text.mutation(PHRASES)))
            .count();

    assertThat(read).isBetween(20_000L, 180_000L);
  }

  @Test
  void mutated_phrases_for_natty_are_read_in_range_or_refused() {
    long read =
        IntStream.range(0, 20_000)
            .parallel()
            .filter(i -> isRead(i, text -> text.mutation(NATTY_PHRASES)))
            .count();

    assertThat(read).isBetween(1_000L, 19_000L);
  }

  private static boolean isRead(int number, Function<Text, String> maker) {
    Random random = new Random(SEED + number);
    String phrase = maker.apply(new Text(random));
    ZonedDateTime now = REFERENCES.get(random.nextInt(REFERENCES.size()));
    try {
      requireInRange(phrase, now, When.parse(phrase, now));
      return true;
    } catch (WhenParseException refusal) {
      requireUseful(phrase, refusal);
      return false;
    } catch (RuntimeException e) {
      return fail("'%s' as of %s".formatted(phrase, now), e);
    }
  }

  private static void requireInRange(String phrase, ZonedDateTime now, When when) {
    boolean past = when.instant().isBefore(now.toInstant());
    boolean far = when.instant().isAfter(now.plusYears(10).plusDays(1).toInstant());
    boolean wrongDelay =
        when.delay().map(now.toInstant()::plus).filter(i -> !i.equals(when.instant())).isPresent();
    if (past || far || wrongDelay || when.explanation().isEmpty()) {
      fail("'%s' as of %s was read as %s".formatted(phrase, now, when));
    }
  }

  private static void requireUseful(String phrase, WhenParseException refusal) {
    String message = refusal.getMessage();
    boolean printable = message.chars().allMatch(c -> c >= ' ' && c <= '~');
    boolean column = refusal.column() >= 1 && refusal.column() <= phrase.length() + 1;
    if (!printable || !column || message.length() > 1000 || refusal.examples().size() != 3) {
      fail("'%s' was refused with %s".formatted(phrase, message));
    }
  }

  /** Makes phrases out of phrases, and out of nothing; the seed decides. */
  private record Text(Random dice) {
    String mutation(List<String> phrases) {
      StringBuilder text = new StringBuilder(any(phrases));
      for (int edits = dice.nextInt(4); edits > 0; edits--) {
        mutate(text, phrases);
      }
      return text.toString();
    }

    private void mutate(StringBuilder text, List<String> phrases) {
      int at = dice.nextInt(text.length() + 1);
      int to = Math.min(text.length(), at + dice.nextInt(3));
      switch (dice.nextInt(7)) {
        case 0 -> text.insert(at, letter());
        case 1 -> text.delete(at, to);
        case 2 -> text.replace(at, to, String.valueOf(dice.nextInt(100)));
        case 3 -> text.insert(at, " " + any(phrases) + " ");
        case 4 ->
            text.append(any(List.of(" and ", ", ", " 9am", " 23:59", " from now", "0")))
                .append(any(phrases));
        case 5 -> text.insert(at, text.substring(at, to).repeat(dice.nextInt(40)));
        default -> text.setLength(at);
      }
    }

    String random() {
      StringBuilder text = new StringBuilder();
      for (int length = dice.nextInt(70); length > 0; length--) {
        text.append(letter());
      }
      return text.toString();
    }

    private char letter() {
      return LETTERS.charAt(dice.nextInt(LETTERS.length()));
    }

    private <T> T any(List<T> values) {
      return values.get(dice.nextInt(values.size()));
    }
  }
}
