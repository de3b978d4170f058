package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** L, W and #, asked on every day of ten years. */
class CronDaysTest {
  private static final LocalDate FROM = LocalDate.of(2024, 1, 1);
  private static final LocalDate TO = LocalDate.of(2034, 1, 1);

  private record Case(String days, Predicate<LocalDate> matches) {
    @Override
    public String toString() {
      return days;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("L * *", d -> d.getDayOfMonth() == d.lengthOfMonth()),
        new Case("L-3 * *", d -> d.getDayOfMonth() == d.lengthOfMonth() - 3),
        new Case("L-30 * *", d -> d.lengthOfMonth() == 31 && d.getDayOfMonth() == 1),
        new Case("1,28,L * *", d -> List.of(1, 28, d.lengthOfMonth()).contains(d.getDayOfMonth())),
        new Case("31 * *", d -> d.getDayOfMonth() == 31),
        new Case("29-31 2 *", d -> d.getMonthValue() == 2 && d.getDayOfMonth() == 29),
        new Case("LW * *", d -> d.equals(nearest(d, d.lengthOfMonth()))),
        new Case("L-2W * *", d -> d.equals(nearest(d, d.lengthOfMonth() - 2))),
        new Case("1W * *", d -> d.equals(nearest(d, 1))),
        new Case("15W */2 *", d -> d.getMonthValue() % 2 == 1 && d.equals(nearest(d, 15))),
        new Case("31W * *", d -> d.lengthOfMonth() == 31 && d.equals(nearest(d, 31))),
        new Case("* * 5L", d -> d.equals(d.with(TemporalAdjusters.lastInMonth(DayOfWeek.FRIDAY)))),
        new Case("* * 0L", d -> d.equals(d.with(TemporalAdjusters.lastInMonth(DayOfWeek.SUNDAY)))),
        new Case("* * MON#1", d -> d.equals(nth(d, 1, DayOfWeek.MONDAY))),
        new Case("* * 7#3", d -> d.equals(nth(d, 3, DayOfWeek.SUNDAY))),
        new Case("* * WED#5", d -> d.equals(nth(d, 5, DayOfWeek.WEDNESDAY))),
        new Case(
            "* 2,3 SAT#5",
            d ->
                d.getMonthValue() < 4
                    && d.getMonthValue() > 1
                    && d.equals(nth(d, 5, DayOfWeek.SATURDAY))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void are_the_days_of_java_time(Case rule) {
    TreeSet<Instant> fires = new TreeSet<>();
    FROM.datesUntil(TO.plusYears(9))
        .filter(rule.matches())
        .forEach(
            day ->
                List.of(0, 9, 23)
                    .forEach(hour -> fires.add(day.atTime(hour, 30).toInstant(ZoneOffset.UTC))));
    Cron cron = Cron.of("30 0,9,23 " + rule.days(), ZoneOffset.UTC);
    Random random = new Random(8);

    FROM.datesUntil(TO)
        .forEach(
            day -> {
              LocalDateTime start = day.atStartOfDay().plusSeconds(random.nextInt(86_400));
              for (LocalDateTime at : List.of(day.atStartOfDay(), start, day.atTime(9, 30))) {
                Instant after = at.toInstant(ZoneOffset.UTC);
                assertThat(cron.next(after)).as("after %s", after).contains(fires.higher(after));
              }
            });
  }

  private static LocalDate nth(LocalDate day, int n, DayOfWeek weekday) {
    LocalDate found = day.with(TemporalAdjusters.dayOfWeekInMonth(n, weekday));
    return found.getMonth() == day.getMonth() ? found : LocalDate.MIN;
  }

  /** Returns the weekday of the day's month that is fewest days away from the number. */
  private static LocalDate nearest(LocalDate day, int number) {
    return day.withDayOfMonth(1)
        .datesUntil(day.withDayOfMonth(1).plusMonths(1))
        .filter(each -> each.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0)
        .min(java.util.Comparator.comparingInt(each -> Math.abs(each.getDayOfMonth() - number)))
        .orElseThrow();
  }
}
