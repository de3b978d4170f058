package io.wrkr;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads days, times of day and the two together: {@code tomorrow at 9am}, {@code next friday},
 * {@code 17:30 today}.
 *
 * <p>A day without a time is its start. {@code friday 9am} is the first such instant strictly after
 * the reference, so it may be later today; {@code next friday} is the soonest Friday strictly after
 * today, so on a Wednesday it is two days away; {@code this friday} is the soonest Friday, today
 * included, even if that instant is past (and so is refused).
 */
final class DayPhrases {
  /** A day that waits for its time. */
  private interface Day {
    Instant at(LocalTime time);
  }

  private final PhraseReader in;
  private final ZonedDateTime reference;

  DayPhrases(PhraseReader in, ZonedDateTime reference) {
    this.in = in;
    this.reference = reference;
  }

  /** Reads to the end of the phrase. */
  Instant read() {
    if (in.peek().is("at") || TimePhrases.startsAt(in)) {
      return timeFirst();
    }
    Day day = day();
    return day.at(timeAfterDay());
  }

  /** Reads what stands after a date, to the end of the phrase. */
  Instant readAfter(LocalDate date) {
    return on(date, timeAfterDay());
  }

  private Instant timeFirst() {
    in.take("at");
    LocalTime time = TimePhrases.read(in);
    if (in.atEnd()) {
      return firstAfterReference(time);
    }
    in.take(",");
    Instant instant = day().at(time);
    in.requireEnd();
    return instant;
  }

  private LocalTime timeAfterDay() {
    if (in.atEnd()) {
      return LocalTime.MIDNIGHT;
    }
    in.take(",");
    in.take("at");
    LocalTime time = TimePhrases.read(in);
    in.requireEnd();
    return time;
  }

  private Day day() {
    in.take("on");
    if (in.take("today")) {
      return time -> on(today(), time);
    }
    if (in.take("tomorrow")) {
      return time -> on(today().plusDays(1), time);
    }
    if (in.takeAll("day", "after", "tomorrow") || in.takeAll("the", "day", "after", "tomorrow")) {
      return time -> on(today().plusDays(2), time);
    }
    return weekday();
  }

  private Day weekday() {
    boolean next = in.take("next");
    boolean exact = next || in.take("this");
    DayOfWeek day = dayOfWeek(in.peek().text()).orElseThrow(in::unexpected);
    in.next();
    LocalDate from = next ? today().plusDays(1) : today();
    LocalDate soonest = from.with(TemporalAdjusters.nextOrSame(day));
    return time -> {
      Instant instant = on(soonest, time);
      return exact || instant.isAfter(reference.toInstant())
          ? instant
          : on(soonest.plusDays(7), time);
    };
  }

  private Instant firstAfterReference(LocalTime time) {
    Instant today = on(today(), time);
    return today.isAfter(reference.toInstant()) ? today : on(today().plusDays(1), time);
  }

  private LocalDate today() {
    return reference.toLocalDate();
  }

  private Instant on(LocalDate date, LocalTime time) {
    return WallClock.resolve(date.atTime(time), reference.getZone());
  }

  /** The weekday of that name or its usual abbreviation, in lower case. */
  static Optional<DayOfWeek> dayOfWeek(String word) {
    for (DayOfWeek day : DayOfWeek.values()) {
      String name = day.name().toLowerCase(Locale.ROOT);
      if (word.equals(name) || (isAbbreviation(word) && name.startsWith(word))) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  private static boolean isAbbreviation(String word) {
    return word.length() == 3 || word.equals("tues") || word.equals("thur") || word.equals("thurs");
  }
}
