package io.wrkr;

import static io.wrkr.WhenRefusals.assertRefused;
import static io.wrkr.WhenRefusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WhenTest {
  private static final ZonedDateTime REFERENCE =
      ZonedDateTime.of(2026, 11, 21, 9, 0, 0, 0, ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          7 days            | 7 days after Sat 21 Nov 2026 09:00 UTC = Sat 28 Nov 2026 09:00 UTC
          P1DT2H            | 1 day 2 hours after Sat 21 Nov 2026 09:00 UTC = Sun 22 Nov 2026 11:00 UTC
          in a week         | 1 week after Sat 21 Nov 2026 09:00 UTC = Sat 28 Nov 2026 09:00 UTC
          1.50h             | 1.5 hours after Sat 21 Nov 2026 09:00 UTC = Sat 21 Nov 2026 10:30 UTC
          500ms             | 500 milliseconds after Sat 21 Nov 2026 09:00 UTC = Sat 21 Nov 2026 09:00:00.5 UTC
          now               | now = Sat 21 Nov 2026 09:00 UTC
          next friday 9am   | "next friday 9am" as of Sat 21 Nov 2026 09:00 UTC = Fri 27 Nov 2026 09:00 UTC
          2027-01-01T09:00Z | "2027-01-01T09:00Z" = Fri 1 Jan 2027 09:00 UTC
          25 december 2026  | "25 december 2026" as of Sat 21 Nov 2026 09:00 UTC = Fri 25 Dec 2026 00:00 UTC
          """)
  void the_explanation_says_how_the_phrase_was_read(String phrase, String explanation) {
    When when = When.parse(phrase, REFERENCE);

    assertThat(when.explanation()).isEqualTo(explanation);
    assertThat(when).hasToString(explanation);
  }

  @Test
  void the_explanation_names_the_zone_and_seconds_where_there_are_any() {
    ZonedDateTime reference =
        ZonedDateTime.of(2026, 9, 1, 9, 0, 5, 120_000_000, ZoneOffset.ofHours(2));

    assertThat(When.parse("1 day", reference).explanation())
        .isEqualTo(
            "1 day after Tue 1 Sep 2026 09:00:05.12 +02:00 = Wed 2 Sep 2026 09:00:05.12 +02:00");
  }

  @Test
  void a_refusal_says_what_where_and_what_would_do() {
    WhenParseException refusal = refusal("7 bananas", REFERENCE);

    assertThat(refusal)
        .hasMessage(
            "Cannot read \"7 bananas\" as a time, column 3: \"bananas\" is not a unit of time."
                + " Valid: \"7 days\", \"next friday 9am\", \"2027-01-01T09:00Z\"");
    assertThat(refusal.code()).isEqualTo("WRKR-201");
    assertThat(refusal.text()).isEqualTo("7 bananas");
    assertThat(refusal.column()).isEqualTo(3);
    assertThat(refusal.examples())
        .containsExactly("7 days", "next friday 9am", "2027-01-01T09:00Z");
  }

  static Stream<Arguments> unreadable_texts() {
    return Stream.of(
        Arguments.of("", 1, "empty"),
        Arguments.of("   ", 1, "empty"),
        Arguments.of("7 days\n", 7, "\"\\u000a\""),
        Arguments.of("7\tdays", 2, "\"\\u0009\""),
        Arguments.of("\0", 1, "\"\\u0000\""),
        Arguments.of("7 days\u007f", 7, "\"\\u007f\""),
        Arguments.of("7\u00a0days", 2, "\"\\u00a0\""),
        Arguments.of("\u0667 days", 1, "\"\\u0667\""),
        Arguments.of("7 day\u017f", 6, "\"\\u017f\""),
        Arguments.of("\u202e7 days", 1, "\"\\u202e\""),
        Arguments.of("\ud800", 1, "\"\\ud800\""),
        Arguments.of("\uff17 days", 1, "ASCII"),
        Arguments.of("7 days" + " ".repeat(59), 65, "65 characters"),
        Arguments.of("9".repeat(5000), 65, "5000 characters"),
        Arguments.of("\n".repeat(1_000_000), 65, "1000000 characters"),
        Arguments.of("9".repeat(64), 65, "needs a unit"),
        Arguments.of("9".repeat(63) + "s", 1, "10 years"),
        Arguments.of("(".repeat(64), 1, "not understood"),
        Arguments.of("1h".repeat(32), 4, "twice"));
  }

  @ParameterizedTest
  @MethodSource("unreadable_texts")
  void empty_long_and_non_ascii_texts_are_refused(String phrase, int column, String reason) {
    assertRefused(phrase, REFERENCE, column, reason);
  }

  @Test
  void sixty_four_characters_are_read() {
    assertThat(When.parse("7 days" + " ".repeat(58), REFERENCE).delay()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"'x\r\n2026-01-01 ERROR forged'", "'\u001b[2J'", "'7 days\u202e'", "'\"; \\ '"})
  void a_message_has_only_printable_characters_on_one_line(String phrase) {
    String message = refusal(phrase, REFERENCE).getMessage();

    assertThat(message).matches("[ -~]+").doesNotContain("\"; \\ ");
  }

  @Test
  void a_message_stays_short_while_the_text_is_kept() {
    String phrase = "\u202e".repeat(100_000);

    WhenParseException refusal = refusal(phrase, REFERENCE);

    assertThat(refusal.getMessage()).hasSizeLessThan(700).contains("\\u202e...\"");
    assertThat(refusal.text()).isEqualTo(phrase);
  }

  @Test
  void null_arguments_are_a_null_pointer_exception_that_names_them() {
    assertThatNullPointerException()
        .isThrownBy(() -> When.parse(null, REFERENCE))
        .withMessage("phrase");
    assertThatNullPointerException()
        .isThrownBy(() -> When.parse("7 days", null))
        .withMessage("reference");
  }

  @ParameterizedTest
  @CsvSource({
    "+999999999-12-31T23:59:59, 7 days",
    "+999999999-12-31T23:59:59, 1 ms",
    "+999999999-12-31T23:59:59, tomorrow 9am",
    "+999999990-12-31T23:59:59, 10 years",
    "+999999999-12-31T23:59:59, 2027-01-01T00:00Z",
  })
  void the_end_of_the_calendar_is_a_refusal(LocalDateTime now, String phrase) {
    assertThat(refusal(phrase, now.atZone(ZoneOffset.UTC)).column()).isEqualTo(1);
  }

  @Test
  void years_before_the_common_era_are_a_reference_like_any_other() {
    ZonedDateTime reference = LocalDateTime.MIN.atZone(ZoneId.of("UTC"));

    assertThat(When.parse("1ms", reference).instant())
        .isEqualTo(reference.toInstant().plusMillis(1));
    assertThat(When.parse("9am", reference).instant()).isAfter(reference.toInstant());
    assertThat(refusal("25 december", reference)).hasMessageContaining("not a unit");
  }

  @Test
  void examples_are_valid_for_their_reference() {
    for (int year = 1; year < 9999; year += 7) {
      ZonedDateTime reference = REFERENCE.withYear(year);
      for (String example : refusal("?", reference).examples()) {
        Instant instant = When.parse(example, reference).instant();
        assertThat(instant).isAfter(reference.toInstant());
      }
    }
  }
}
