package io.wrkr.quartz;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;

/**
 * The day {@code 15W}, {@code LW} or {@code L-3W} of a month: the weekday nearest to a day, in the
 * same month.
 *
 * <p>Not left to Quartz: asked between the 15th and the weekday after it, it skips that weekday.
 *
 * @param fromEnd whether the day counts back from the month's last
 * @param day the day of the month, or how many days before the last
 */
record NearestWeekday(boolean fromEnd, int day) {

  /** Returns the weekday; empty if the month lacks the day. */
  Optional<LocalDate> in(YearMonth month) {
    int number = fromEnd ? month.lengthOfMonth() - day : day;
    if (number < 1 || number > month.lengthOfMonth()) {
      return Optional.empty();
    }
    LocalDate date = month.atDay(number);
    return Optional.of(
        switch (date.getDayOfWeek()) {
          case SATURDAY -> number == 1 ? date.plusDays(2) : date.minusDays(1);
          case SUNDAY -> number == month.lengthOfMonth() ? date.minusDays(2) : date.plusDays(1);
          default -> date;
        });
  }
}
