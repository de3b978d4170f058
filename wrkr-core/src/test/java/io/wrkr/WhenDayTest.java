package io.wrkr;

import static io.wrkr.WhenRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhenDayTest {
  /** A Wednesday, four days before the clocks go forward. */
  private static final ZonedDateTime REFERENCE =
      ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, ZoneId.of("Europe/Amsterdam"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tomorrow                       | 2026-03-26T00:00
          tomorrow 9:00                  | 2026-03-26T09:00
          tomorrow at 9am                | 2026-03-26T09:00
          tomorrow, 9am                  | 2026-03-26T09:00
          Tomorrow At 9AM                | 2026-03-26T09:00
          TOMORROW AT NOON               | 2026-03-26T12:00
          9am tomorrow                   | 2026-03-26T09:00
          at 9am, tomorrow               | 2026-03-26T09:00
          day after tomorrow             | 2026-03-27T00:00
          the day after tomorrow at 17:30| 2026-03-27T17:30
          today 17:30                    | 2026-03-25T17:30
          today at 17:30:15              | 2026-03-25T17:30:15
          today 10:15                    | 2026-03-25T10:15
          friday                         | 2026-03-27T00:00
          friday 9am                     | 2026-03-27T09:00
          fri 9 am                       | 2026-03-27T09:00
          on friday at 9:30 p.m.         | 2026-03-27T21:30
          9:30pm on friday               | 2026-03-27T21:30
          next friday                    | 2026-03-27T00:00
          next friday 9am                | 2026-03-27T09:00
          this friday 9am                | 2026-03-27T09:00
          on monday                      | 2026-03-30T00:00
          on next monday                 | 2026-03-30T00:00
          wednesday                      | 2026-04-01T00:00
          wednesday 9am                  | 2026-04-01T09:00
          wednesday 10:15                | 2026-04-01T10:15
          wednesday 11am                 | 2026-03-25T11:00
          this wednesday 11am            | 2026-03-25T11:00
          next wednesday 11am            | 2026-04-01T11:00
          thurs 8:05                     | 2026-03-26T08:05
          noon                           | 2026-03-25T12:00
          at noon                        | 2026-03-25T12:00
          midnight                       | 2026-03-26T00:00
          at 9am                         | 2026-03-26T09:00
          9am                            | 2026-03-26T09:00
          at 10:15                       | 2026-03-26T10:15
          at 10:16                       | 2026-03-25T10:16
          12am                           | 2026-03-26T00:00
          12pm                           | 2026-03-25T12:00
          12:30am                        | 2026-03-26T00:30
          0:30                           | 2026-03-26T00:30
          2027-01-01 9:00                | 2027-01-01T09:00
          2027-01-01 at 9am              | 2027-01-01T09:00
          2027-01-01, 9:30 pm            | 2027-01-01T21:30
          """)
  void days_and_times_are_those_of_the_references_zone(String phrase, LocalDateTime expected) {
    When when = When.parse(phrase, REFERENCE);

    assertThat(when.instant().atZone(REFERENCE.getZone()).toLocalDateTime()).isEqualTo(expected);
    assertThat(when.delay()).isEmpty();
  }

  @Test
  void a_time_is_the_next_one_even_when_only_nanoseconds_have_passed() {
    ZonedDateTime reference = REFERENCE.withHour(9).withMinute(0).withNano(1);

    assertThat(When.parse("9am", reference).instant())
        .isEqualTo(reference.plusDays(1).withNano(0).toInstant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          today                     | 1  | past
          today 9:00                | 1  | past
          today midnight            | 1  | past
          this wednesday 9am        | 1  | past
          yesterday                 | 1  | past
          last friday               | 1  | past
          tomorrow 9                | 10 | 9:00
          tomorrow at               | 12 | missing
          at                        | 3  | missing
          tomorrow 9:5              | 12 | 00 to 59
          tomorrow 9:               | 12 | 00 to 59
          friday 9.30               | 8  | 9:00
          tomorrow 9:60             | 12 | 00 to 59
          tomorrow 24:00            | 10 | 0 to 23
          tomorrow 9:00:61          | 15 | 00 to 59
          tomorrow 9:00:00.5        | 15 | 00 to 59
          tomorrow 123:00           | 10 | 0 to 23
          13pm                      | 1  | 1 to 12
          0am                       | 1  | 1 to 12
          tomorrow 9 a              | 13 | missing
          tomorrow 9am sharp        | 14 | not understood
          next week                 | 6  | not understood
          next tomorrow             | 6  | not understood
          fridays                   | 1  | not understood
          friday friday             | 8  | not understood
          every friday              | 1  | recurs
          2027-01-01 9              | 12 | 9:00
          2027-02-30 9:00           | 1  | FEBRUARY
          """)
  void what_is_no_time_ahead_is_refused_where_it_goes_wrong(
      String phrase, int column, String reason) {
    assertRefused(phrase, REFERENCE, column, reason);
  }

  @Test
  void a_past_time_is_refused_with_the_instant_and_the_reference() {
    assertRefused(
        "today 9:00",
        REFERENCE,
        1,
        "it means Wed 25 Mar 2026 09:00 Europe/Amsterdam, which is past at Wed 25 Mar 2026 10:15"
            + " Europe/Amsterdam");
  }
}
