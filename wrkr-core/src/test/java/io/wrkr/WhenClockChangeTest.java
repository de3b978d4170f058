package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhenClockChangeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # clocks go from 02:00 to 03:00 on 29 March, from 03:00 back to 02:00 on 25 October
          Europe/Amsterdam | 2026-03-28T02:30 | 1 day                  | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T02:30 | P1DT1H                 | 2026-03-29T04:00+02:00
          Europe/Amsterdam | 2026-02-28T02:30 | 1 month 1 day          | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T02:30 | 24 hours               | 2026-03-29T03:30+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | 1 day                  | 2026-03-29T10:15+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | tomorrow 2:30          | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | tomorrow 1:59          | 2026-03-29T01:59+01:00
          Europe/Amsterdam | 2026-03-28T10:15 | tomorrow 2:00          | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | tomorrow 3:00          | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | at 2:30                | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-28T10:15 | sunday 2:30am          | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-25T10:15 | 29 march 2026 2:30     | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-25T10:15 | 2026-03-29T02:30       | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-25T10:15 | 2026-03-29 2:30        | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-03-29T01:59 | 1 minute               | 2026-03-29T03:00+02:00
          Europe/Amsterdam | 2026-10-24T02:30 | 1 day                  | 2026-10-25T02:30+02:00
          Europe/Amsterdam | 2026-10-24T02:30 | 25 hours               | 2026-10-25T02:30+01:00
          Europe/Amsterdam | 2026-10-24T10:15 | tomorrow 2:30          | 2026-10-25T02:30+02:00
          Europe/Amsterdam | 2026-10-24T10:15 | tomorrow 3:00          | 2026-10-25T03:00+01:00
          Europe/Amsterdam | 2026-10-24T10:15 | sunday 2:30            | 2026-10-25T02:30+02:00
          Europe/Amsterdam | 2026-10-21T10:15 | 25 oct 2026 2:30       | 2026-10-25T02:30+02:00
          Europe/Amsterdam | 2026-10-21T10:15 | 2026-10-25T02:30       | 2026-10-25T02:30+02:00
          Europe/Amsterdam | 2026-10-21T10:15 | 2026-10-25T02:30+01:00 | 2026-10-25T02:30+01:00
          Europe/Amsterdam | 2026-10-25T02:30 | at 2:30                | 2026-10-26T02:30+01:00
          Europe/Amsterdam | 2026-10-25T02:30 | 1 hour                 | 2026-10-25T02:30+01:00
          # from 02:00 to 03:00 on 8 March, from 02:00 back to 01:00 on 1 November
          America/New_York | 2026-03-07T02:30 | 1 day                  | 2026-03-08T03:00-04:00
          America/New_York | 2026-03-07T02:30 | 24h                    | 2026-03-08T03:30-04:00
          America/New_York | 2026-03-07T12:00 | tomorrow at 2:30       | 2026-03-08T03:00-04:00
          America/New_York | 2026-03-07T12:00 | sunday 2am             | 2026-03-08T03:00-04:00
          America/New_York | 2026-03-07T12:00 | 8 march 2026 2:30      | 2026-03-08T03:00-04:00
          America/New_York | 2026-03-07T12:00 | 2026-03-08T02:59:59    | 2026-03-08T03:00-04:00
          America/New_York | 2026-10-31T01:30 | 1 day                  | 2026-11-01T01:30-04:00
          America/New_York | 2026-10-31T01:30 | 25h                    | 2026-11-01T01:30-05:00
          America/New_York | 2026-10-31T12:00 | tomorrow 1:30          | 2026-11-01T01:30-04:00
          America/New_York | 2026-10-31T12:00 | tomorrow 2:00          | 2026-11-01T02:00-05:00
          America/New_York | 2026-10-31T12:00 | november 1st, 2026 1am | 2026-11-01T01:00-04:00
          America/New_York | 2026-10-25T12:00 | 1 week                 | 2026-11-01T12:00-05:00
          # days that begin at 01:00, and a day that is left out
          America/Sao_Paulo | 2018-11-03T12:00 | tomorrow              | 2018-11-04T01:00-02:00
          America/Sao_Paulo | 2018-11-03T12:00 | 2018-11-04            | 2018-11-04T01:00-02:00
          Pacific/Apia      | 2011-12-29T12:00 | 1 day                 | 2011-12-31T00:00+14:00
          Pacific/Apia      | 2011-12-29T12:00 | 2 days                | 2011-12-31T12:00+14:00
          """)
  void skipped_times_are_the_first_instant_after_the_gap_and_doubled_ones_the_earlier(
      ZoneId zone, LocalDateTime now, String phrase, OffsetDateTime expected) {
    Instant instant = When.parse(phrase, now.atZone(zone)).instant();

    assertThat(instant).isEqualTo(expected.toInstant());
  }

  @Test
  void a_time_shown_for_the_second_time_is_the_next_days_when_its_first_showing_is_past() {
    OffsetDateTime second = OffsetDateTime.parse("2026-10-25T02:15+01:00");

    Instant instant =
        When.parse("at 2:30", second.atZoneSameInstant(ZoneId.of("Europe/Amsterdam"))).instant();

    assertThat(instant).isEqualTo(Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void an_interval_of_hours_counts_on_from_the_second_showing() {
    OffsetDateTime second = OffsetDateTime.parse("2026-10-25T02:15+01:00");

    When when = When.parse("1h", second.atZoneSameInstant(ZoneId.of("Europe/Amsterdam")));

    assertThat(when.instant()).isEqualTo(Instant.parse("2026-10-25T02:15:00Z"));
    assertThat(when.explanation())
        .isEqualTo(
            "1 hour after Sun 25 Oct 2026 02:15 +01:00 Europe/Amsterdam"
                + " = Sun 25 Oct 2026 03:15 Europe/Amsterdam");
  }
}
