package io.wrkr;

import static io.wrkr.WhenRefusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NattyPhrasesTest {
  /** A Wednesday, four days before the clocks go forward. */
  private static final ZonedDateTime REFERENCE =
      ZonedDateTime.of(2026, 3, 25, 10, 15, 0, 0, ZoneId.of("Europe/Amsterdam"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          25 december                    | 2026-12-25T00:00
          25 december 2026               | 2026-12-25T00:00
          25 Dec 2026                    | 2026-12-25T00:00
          december 25th, 2026 9am        | 2026-12-25T09:00
          25th of december at 18:30      | 2026-12-25T18:30
          the 25th of december, 2026     | 2026-12-25T00:00
          on the 25th of december at 9am | 2026-12-25T09:00
          9am 25 december                | 2026-12-25T09:00
          at 9am on 25 december 2026     | 2026-12-25T09:00
          25 december 2026 in the morning| 2026-12-25T08:00
          friday 25 december 2026 noon   | 2026-12-25T12:00
          jan 5 2027 23:59:59            | 2027-01-05T23:59:59
          29 february 2028               | 2028-02-29T00:00
          1st of next month              | 2026-04-01T00:00
          first day of next month at 9am | 2026-04-01T09:00
          last day of next month         | 2026-04-30T00:00
          tomorrow morning               | 2026-03-26T08:00
          this evening                   | 2026-03-25T19:00
          tonight                        | 2026-03-25T20:00
          monday morning                 | 2026-03-30T08:00
          wednesday morning              | 2026-04-01T08:00
          """)
  void dates_with_the_name_of_a_month_and_parts_of_the_day_are_read(
      String phrase, LocalDateTime expected) {
    When when = When.parse(phrase, REFERENCE);

    assertThat(when.instant()).isEqualTo(expected.atZone(REFERENCE.getZone()).toInstant());
    assertThat(when.delay()).isEmpty();
  }

  /** natty 1.1.2 reads every one of these, and each as something else than it says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7 bananas",
        "bla bla bla 2 and 4 month",
        "01/04/2026",
        "1/4/2026",
        "12/31",
        "2030",
        "5",
        "tomorrow 9am CET",
        "tomorrow 9am Europe/Paris",
        "tomorrow 9am EST",
        "25 december 2026 9am CET",
        "25 december 2026 9am EST",
        "Tue Jan 12 00:00:00 UTC 2016",
        "2016-11-10CET20:20:30+01:00",
        "february 30",
        "30 february 2027",
        "29 february 2027",
        "31 june 2027",
        "june 31",
        "monday 3 june 2027",
        "wednesday evening",
        "tonight at 2",
        "tomorrow night at 2:00",
        "this afternoon",
        "weekend",
        "next week",
        "next month",
        "december",
        "december 2026",
        "first friday of june",
        "tuesday of next week",
        "easter",
        "christmas",
        "christmas 2027 at 9am",
        "summer",
        "every friday",
        "every 25 december",
        "25 or 26 december",
        "25 december or 26 december",
        "25 december and 26 december",
        "25 december, see you",
        "25 december 2026 at",
        "at the 25 december 2026",
        "25 december 2026 on friday",
        "call me on 25 december",
        "5 january",
        "25 december 2025",
        "25 december 1999",
        "25 december 2096",
        "25 december 2026 13pm",
        "25 december 2026 9",
        "99999999999 december",
      })
  void what_natty_guesses_is_refused(String phrase) {
    assertThat(refusal(phrase, REFERENCE).column()).isBetween(1, phrase.length() + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "30 february 2027,     1,  no such date",
    "5 january,            1,  past",
    "25 december 2096,     1,  10 years",
    "25 december 2026 13pm, 18, 1 to 12",
    "25 december 9am CET,  4,  not a unit",
  })
  void the_reason_is_that_of_the_nearest_grammar(String phrase, int column, String reason) {
    WhenRefusals.assertRefused(phrase, REFERENCE, column, reason);
  }

  @Test
  void natty_agrees_with_the_calendar_on_every_day_of_a_year_and_a_leap_month() {
    for (int day = 0; day < 395; day++) {
      ZonedDateTime now = REFERENCE.withYear(2027).withDayOfMonth(1).plusDays(day);
      LocalDate today = now.toLocalDate();
      LocalDate month = today.plusMonths(1).withDayOfMonth(1);

      assertRead("first day of next month 9am", now, month.atTime(9, 0));
      assertRead(
          "last day of next month 9am",
          now,
          month.with(TemporalAdjusters.lastDayOfMonth()).atTime(9, 0));
      assertRead("31 august 2030", now, LocalDate.of(2030, 8, 31).atStartOfDay());
      assertRead("tomorrow evening", now, today.plusDays(1).atTime(19, 0));
      assertRead(
          "sunday morning", now, today.with(TemporalAdjusters.next(DayOfWeek.SUNDAY)).atTime(8, 0));
    }
  }

  @Test
  @ResourceLock(Resources.LOCALE)
  @ResourceLock(Resources.TIME_ZONE)
  void the_processs_own_zone_and_locale_have_no_part_in_it() {
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      for (String language :
          new String[] {"en-US", "nl-NL", "tr-TR", "ar-EG", "th-TH-u-ca-buddhist"}) {
        for (String id :
            new String[] {"Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Amsterdam"}) {
          Locale.setDefault(Locale.forLanguageTag(language));
          TimeZone.setDefault(TimeZone.getTimeZone(id));
          the_same_phrases_mean_the_same();
        }
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  private static void the_same_phrases_mean_the_same() {
    ZonedDateTime midnight = REFERENCE.with(LocalTime.of(0, 5));

    assertRead("SUNDAY MORNING", REFERENCE, LocalDateTime.of(2026, 3, 29, 8, 0));
    assertRead("FRIDAY 9AM", REFERENCE, LocalDateTime.of(2026, 3, 27, 9, 0));
    assertRead("29 march 2026 3:00", REFERENCE, LocalDateTime.of(2026, 3, 29, 3, 0));
    assertRead("1st of next month", midnight, LocalDateTime.of(2026, 4, 1, 0, 0));
    assertRead("tonight", midnight, LocalDateTime.of(2026, 3, 25, 20, 0));
    assertThat(When.parse("7 days", REFERENCE).explanation())
        .startsWith("7 days after Wed 25 Mar 2026 10:15 Europe/Amsterdam");
    assertThat(refusal("7 bananas", REFERENCE)).hasMessageContaining("column 3");
  }

  private static void assertRead(String phrase, ZonedDateTime now, LocalDateTime expected) {
    assertThat(When.parse(phrase, now).instant())
        .as("%s as of %s", phrase, now)
        .isEqualTo(expected.atZone(now.getZone()).toInstant());
  }
}
