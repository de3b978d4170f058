package io.wrkr;

import static io.wrkr.WhenRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhenIsoTest {
  private static final ZonedDateTime REFERENCE =
      ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, ZoneId.of("America/New_York"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2027-01-01T09:00Z                          | 2027-01-01T09:00:00Z
          2027-01-01t09:00z                          | 2027-01-01T09:00:00Z
          2027-01-01 09:00Z                          | 2027-01-01T09:00:00Z
          2027-01-01T09:00:30Z                       | 2027-01-01T09:00:30Z
          2027-01-01T09:00:30.123456789Z             | 2027-01-01T09:00:30.123456789Z
          2027-01-01T09:00+01:00                     | 2027-01-01T08:00:00Z
          2027-01-01 09:00:00+01:00                  | 2027-01-01T08:00:00Z
          2027-01-01T09:00+01                        | 2027-01-01T08:00:00Z
          2027-01-01T09:00-05:30                     | 2027-01-01T14:30:00Z
          2027-01-01T09:00                           | 2027-01-01T14:00:00Z
          2027-01-01 09:00                           | 2027-01-01T14:00:00Z
          2027-07-01T09:00                           | 2027-07-01T13:00:00Z
          2027-01-01                                 | 2027-01-01T05:00:00Z
          2027-01-01T09:00[Europe/Paris]             | 2027-01-01T08:00:00Z
          2027-01-01T09:00[europe/paris]             | 2027-01-01T08:00:00Z
          2027-01-01T09:00+01:00[Europe/Paris]       | 2027-01-01T08:00:00Z
          2027-01-01T09:00Z[Europe/Paris]            | 2027-01-01T09:00:00Z
          2027-01-01[Europe/Paris]                   | 2026-12-31T23:00:00Z
          2027-01-01T09:00:30.5+01:00[Europe/Paris]  | 2027-01-01T08:00:30.5Z
          2028-02-29                                 | 2028-02-29T05:00:00Z
          2026-10-25T02:30+02:00[Europe/Amsterdam]   | 2026-10-25T00:30:00Z
          2026-10-25T02:30+01:00[Europe/Amsterdam]   | 2026-10-25T01:30:00Z
          """)
  void iso_dates_and_instants_are_read(String phrase, Instant expected) {
    When when = When.parse(phrase, REFERENCE);

    assertThat(when.instant()).isEqualTo(expected);
    assertThat(when.delay()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          2026-03-25                           | 1  | past
          2026-03-25T10:14-04:00               | 1  | past
          2016-11-10                           | 1  | past
          0000-01-01T00:00Z                    | 1  | past
          2036-03-28                           | 1  | 10 years
          9999-12-31T23:59:59Z                 | 1  | 10 years
          2027-02-29T09:00Z                    | 1  | leap year
          2027-02-30                           | 1  | FEBRUARY 30
          2027-13-01                           | 1  | MonthOfYear
          2027-01-01T24:00                     | 1  | HourOfDay
          2027-01-01T09:60Z                    | 1  | MinuteOfHour
          2027-06-30T23:59:60Z                 | 1  | SecondOfMinute
          2027-01-01T9:00Z                     | 11 | ISO 8601
          2027-01-01T                          | 11 | ISO 8601
          2027-01-01T09                        | 11 | ISO 8601
          2027-01-01T09:00 CET                 | 17 | ISO 8601
          2027-01-01T09:00Zulu                 | 18 | ISO 8601
          2027-01-01T09:00[Mars/Base]          | 17 | ISO 8601
          2027-01-01T09:00[Europe/Paris        | 17 | ISO 8601
          2027-01-01T09:00+05:00[Europe/Paris] | 1  | another offset
          2026-03-29T02:30+01:00[Europe/Paris] | 1  | another offset
          2027-01-01T09:00+99:00               | 17 | ISO 8601
          2027-01-01T09:00+0100                | 20 | ISO 8601
          2027-1-1                             | 5  | 2027-01-31
          20270101                             | 9  | needs a unit
          20270101T0900Z                       | 9  | unit
          +12027-01-01                         | 1  | not understood
          """)
  void what_is_no_iso_instant_ahead_is_refused(String phrase, int column, String reason) {
    assertRefused(phrase, REFERENCE, column, reason);
  }

  @ParameterizedTest
  @CsvSource({"'  2027-02-30', 3", "'  2027-01-01T9:00', 13", "'  2027-01-01 9', 14"})
  void columns_count_from_the_start_of_the_phrase(String phrase, int column) {
    assertThat(WhenRefusals.refusal(phrase, REFERENCE).column()).isEqualTo(column);
  }
}
