package io.wrkr.quartz;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.text.ParseException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * The times of a cron expression on a clock without any zone: Quartz's, run in UTC, because in a
 * zone of its own it skips what falls into a gap and loses repeated hours. Thread-safe.
 */
final class WallClockTimes {
  private static final long MILLIS = 1000;

  // Not safe for use by several threads at once.
  @GuardedBy("this")
  private final CronExpression expression;

  private final @Nullable NearestWeekday weekday;

  /**
   * Creates the times.
   *
   * @param expression in Quartz's seven fields
   * @param weekday the only day of each month that counts, if not every one does
   */
  WallClockTimes(String expression, @Nullable NearestWeekday weekday) throws ParseException {
    this.expression = new CronExpression(expression);
    this.expression.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
    this.weekday = weekday;
  }

  /** Returns the first time at or after this one, or null if there is none. */
  @Nullable LocalDateTime from(LocalDateTime wall) {
    return after(wall.minusSeconds(1));
  }

  /** Returns the first time after this one of whole seconds, or null if there is none. */
  @Nullable LocalDateTime after(LocalDateTime wall) {
    LocalDateTime next = onAnyDay(wall);
    while (next != null && weekday != null) {
      YearMonth month = YearMonth.from(next);
      LocalDate day = weekday.in(month).orElse(LocalDate.MIN);
      if (next.toLocalDate().equals(day)) {
        return next;
      }
      boolean ahead = next.toLocalDate().isBefore(day);
      LocalDate from = ahead ? day : month.plusMonths(1).atDay(1);
      next = onAnyDay(from.atStartOfDay().minusSeconds(1));
    }
    return next;
  }

  private synchronized @Nullable LocalDateTime onAnyDay(LocalDateTime wall) {
    Date next =
        expression.getNextValidTimeAfter(new Date(wall.toEpochSecond(ZoneOffset.UTC) * MILLIS));
    return next == null
        ? null
        : LocalDateTime.ofEpochSecond(next.getTime() / MILLIS, 0, ZoneOffset.UTC);
  }
}
