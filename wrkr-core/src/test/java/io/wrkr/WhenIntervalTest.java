package io.wrkr;

import static io.wrkr.WhenRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhenIntervalTest {
  private static final ZonedDateTime REFERENCE =
      ZonedDateTime.of(2026, 11, 21, 9, 0, 0, 0, ZoneOffset.UTC);

  @Nested
  class Exact_lengths {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            500ms                        | PT0.5S
            500 ms                       | PT0.5S
            1 millisecond                | PT0.001S
            90s                          | PT90S
            60s                          | PT60S
            3h                           | PT3H
            1h30m                        | PT90M
            1 h 30 m                     | PT90M
            1h 30min                     | PT90M
            1.5 hours                    | PT90M
            1.50h                        | PT90M
            0.25 minutes                 | PT15S
            2 hrs                        | PT2H
            30m 1h                       | PT90M
            1 hour and 30 minutes        | PT90M
            1 hour, 30 minutes           | PT90M
            1 hour, 2 minutes, and 3 sec | PT1H2M3S
            in 1 hour and 30 minutes     | PT90M
            in 2 hours                   | PT2H
            2 hours from now             | PT2H
            in 2 hours from now          | PT2H
            an hour                      | PT1H
            an hour from now             | PT1H
            half an hour                 | PT30M
            half a minute                | PT30S
            twelve hours                 | PT12H
            two hours and ten minutes    | PT2H10M
            PT2H                         | PT2H
            pt1h30m                      | PT90M
            PT1.5H                       | PT90M
            PT0.5S                       | PT0.5S
            0s                           | PT0S
            0.000000001s                 | PT0.000000001S
            now                          | PT0S
            NOW                          | PT0S
            IN 2 HOURS                   | PT2H
            """)
    void intervals_of_hours_and_shorter_are_exact(String phrase, Duration length) {
      When when = When.parse(phrase, REFERENCE);

      assertThat(when.instant()).isEqualTo(REFERENCE.toInstant().plus(length));
      assertThat(when.delay()).contains(length);
    }

    @Test
    void spaces_around_and_between_do_not_matter() {
      assertThat(When.parse("  7   days  ", REFERENCE).delay()).contains(Duration.ofDays(7));
    }

    @Test
    void the_references_nanoseconds_are_kept() {
      ZonedDateTime reference = REFERENCE.withNano(123_456_789);

      assertThat(When.parse("now", reference).instant()).isEqualTo(reference.toInstant());
      assertThat(When.parse("7 days", reference).instant())
          .isEqualTo(reference.plusDays(7).toInstant());
      assertThat(When.parse("1ms", reference).instant())
          .isEqualTo(reference.toInstant().plusMillis(1));
    }
  }

  @Nested
  class Steps_of_the_calendar {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            7 days               | P7D
            7d                   | P7D
            P7D                  | P7D
            p7d                  | P7D
            P2W                  | P14D
            a week               | P7D
            in two weeks         | P14D
            2 weeks and 3 days   | P17D
            1 month              | P1M
            6mo                  | P6M
            P1Y2M                | P1Y2M
            1 year, 2 months     | P1Y2M
            1 year 2 months 3 d  | P1Y2M3D
            10 years             | P10Y
            10 years and 1 day   | P10Y1D
            0 days               | P0D
            """)
    void intervals_of_days_and_longer_are_steps_of_the_calendar(String phrase, Period step) {
      ZonedDateTime expected = REFERENCE.plus(step);

      When when = When.parse(phrase, REFERENCE);

      assertThat(when.instant()).isEqualTo(expected.toInstant());
      assertThat(when.delay()).contains(Duration.between(REFERENCE, expected));
    }

    @ParameterizedTest
    @CsvSource({
      "2028-01-31T08:00Z, 1 month,          2028-02-29T08:00:00Z",
      "2027-01-31T08:00Z, 1 month,          2027-02-28T08:00:00Z",
      "2028-02-29T08:00Z, 1 year,           2029-02-28T08:00:00Z",
      "2028-02-29T08:00Z, 4 years,          2032-02-29T08:00:00Z",
      "2028-02-28T08:00Z, 1 day,            2028-02-29T08:00:00Z",
      "2027-02-28T08:00Z, 1 day,            2027-03-01T08:00:00Z",
      "2028-01-31T08:00Z, 1 day 1 month,    2028-03-01T08:00:00Z",
      "2026-12-31T23:30Z, 1 hour,           2027-01-01T00:30:00Z",
      "2027-01-31T08:00Z, P1M1DT2H,         2027-03-01T10:00:00Z",
    })
    void months_end_where_the_calendar_says(ZonedDateTime now, String phrase, Instant expected) {
      assertThat(When.parse(phrase, now).instant()).isEqualTo(expected);
    }

    @Test
    void a_week_over_the_change_of_clocks_is_an_hour_shorter_or_longer() {
      ZoneId amsterdam = ZoneId.of("Europe/Amsterdam");

      assertThat(
              When.parse("7 days", ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, amsterdam)).delay())
          .contains(Duration.ofHours(167));
      assertThat(
              When.parse("7 days", ZonedDateTime.of(2026, 10, 21, 10, 15, 0, 0, amsterdam)).delay())
          .contains(Duration.ofHours(169));
      assertThat(
              When.parse("168 hours", ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, amsterdam))
                  .delay())
          .contains(Duration.ofDays(7));
    }
  }

  @Nested
  class Refusals {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\0',
        textBlock =
            """
            -7 days             | 1  | past
            -PT2H               | 1  | past
            P-7D                | 2  | past
            PT-2H               | 3  | past
            7 days ago          | 8  | past
            in -2 hours         | 4  | past
            1 hour -30 minutes  | 8  | past
            7 bananas           | 3  | unit
            1h30                | 5  | needs a unit
            5                   | 2  | needs a unit
            in 5                | 5  | needs a unit
            in                  | 3  | missing
            1 hour and          | 11 | missing
            1 hour,             | 8  | missing
            1,5 hours           | 2  | needs a unit
            1,000 ms            | 2  | needs a unit
            .5 hours            | 1  | not understood
            1.5 days            | 1  | fraction
            half a week         | 1  | fraction
            P1.5D               | 2  | ISO 8601
            P                   | 2  | ISO 8601
            PT                  | 3  | ISO 8601
            P1DT                | 5  | ISO 8601
            P7                  | 2  | ISO 8601
            P1D2H               | 4  | ISO 8601
            P1D 2 hours         | 4  | ISO 8601
            1h 2h               | 5  | twice
            1 day and 3 days    | 13 | twice
            0.0000000001s       | 1  | nanosecond
            2 days from friday  | 8  | not understood
            7 days from         | 8  | not understood
            7 days please       | 8  | not understood
            every 5 minutes     | 1  | recurs
            11 years            | 1  | 10 years
            10 years and 2 days | 1  | 10 years
            99999999999 days    | 1  | 10 years
            P999999999999Y      | 2  | 10 years
            9223372036854775807 ms     | 1  | 10 years
            18446744073709551617 hours | 1  | 10 years
            """)
    void what_is_no_interval_ahead_is_refused_where_it_goes_wrong(
        String phrase, int column, String reason) {
      assertRefused(phrase, REFERENCE, column, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10 years 1 day", "P10Y1D", "3653 days", "2036-11-22T09:00Z"})
    void ten_years_and_a_day_are_the_most(String phrase) {
      assertThat(When.parse(phrase, REFERENCE).instant())
          .isAfter(REFERENCE.plusYears(9).toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10 years 1 day 1ms", "P10Y2D", "2036-11-22T09:00:00.000000001Z"})
    void a_nanosecond_more_is_refused(String phrase) {
      assertRefused(phrase, REFERENCE, 1, "10 years");
    }
  }
}
