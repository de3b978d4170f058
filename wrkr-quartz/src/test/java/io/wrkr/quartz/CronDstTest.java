package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is fired when clocks are put forward and back. */
class CronDstTest {
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "America/Sao_Paulo",
          "Africa/Casablanca");

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);

  private record Case(String expression, boolean bothTimes, Predicate<LocalDateTime> matches) {
    @Override
    public String toString() {
      return expression;
    }
  }

  private static final List<Case> BY_THE_QUARTER =
      List.of(
          new Case("30 2 * * *", false, t -> t.getHour() == 2 && t.getMinute() == 30),
          new Case("@daily", false, t -> t.getHour() == 0 && t.getMinute() == 0),
          new Case("@hourly", true, t -> t.getMinute() == 0),
          new Case("*/30 * * * *", true, t -> t.getMinute() % 30 == 0),
          new Case("0 */30 * * * ?", true, t -> t.getMinute() % 30 == 0),
          new Case("45 */2 * * *", true, t -> t.getHour() % 2 == 0 && t.getMinute() == 45),
          new Case(
              "15,45 0-3 * * SUN,MON",
              false,
              t ->
                  t.getHour() <= 3
                      && t.getMinute() % 30 == 15
                      && (t.getDayOfWeek() == DayOfWeek.SUNDAY
                          || t.getDayOfWeek() == DayOfWeek.MONDAY)),
          new Case(
              "0 0 9 ? * MON-FRI",
              false,
              t ->
                  t.getHour() == 9
                      && t.getMinute() == 0
                      && t.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0));

  private static final List<Case> BY_THE_MINUTE =
      List.of(
          new Case("* * * * *", true, t -> true),
          new Case("* 1,2 * * *", false, t -> t.getHour() == 1 || t.getHour() == 2),
          new Case("*/7 * * * *", true, t -> t.getMinute() % 7 == 0),
          new Case("59 0/3 * * *", true, t -> t.getHour() % 3 == 0 && t.getMinute() == 59),
          new Case(
              "10 23,0,1,2 * * 0,6",
              false,
              t ->
                  List.of(23, 0, 1, 2).contains(t.getHour())
                      && t.getMinute() == 10
                      && t.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0));

  static Stream<Arguments> quarters() {
    return ZONES.stream().flatMap(zone -> BY_THE_QUARTER.stream().map(c -> Arguments.of(zone, c)));
  }

  static Stream<Arguments> minutes() {
    return ZONES.stream()
        .flatMap(
            zone ->
                Stream.concat(BY_THE_QUARTER.stream(), BY_THE_MINUTE.stream())
                    .map(c -> Arguments.of(zone, c)));
  }

  @ParameterizedTest
  @MethodSource("quarters")
  void every_fire_of_ten_years_is_the_one_of_java_time(String zone, Case rule) {
    Instant from = Instant.parse("2010-01-01T00:00:00Z");
    Instant to = Instant.parse("2020-01-01T00:00:00Z");
    Cron cron = Cron.of(rule.expression(), ZoneId.of(zone));

    List<Instant> fires = new ArrayList<>();
    Instant fire = cron.next(from.minusMillis(1)).orElseThrow();
    while (!fire.isAfter(to)) {
      fires.add(fire);
      fire = cron.next(fire).orElseThrow();
    }

    assertThat(fires.equals(List.copyOf(oracle(zone, rule).fires(from, to, QUARTER))))
        .as("%s in %s", rule, zone)
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("minutes")
  void next_fire_after_any_instant_around_a_change_is_the_one_of_java_time(String zone, Case rule) {
    Cron cron = Cron.of(rule.expression(), ZoneId.of(zone));
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    changes.addAll(changes(zone, "2010-01-01T00:00:00Z", "2020-01-01T00:00:00Z"));
    changes.addAll(changes(zone, "2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z"));

    assertThat(changes).isNotEmpty();
    for (ZoneOffsetTransition change : changes) {
      Instant from = change.getInstant().minus(Duration.ofHours(4));
      Instant to = change.getInstant().plus(Duration.ofHours(4));
      NavigableSet<Instant> fires =
          oracle(zone, rule).fires(from, to.plus(Duration.ofDays(7)), MINUTE);
      for (Instant at = from; at.isBefore(to); at = at.plus(Duration.ofMinutes(10))) {
        assertThat(cron.next(at)).as("after %s", at).contains(fires.higher(at));
        Instant near = at.minusNanos(1);
        assertThat(cron.next(near)).as("after %s", near).contains(fires.higher(near));
      }
    }
  }

  @Test
  void gap_fires_once_at_the_first_instant_after_it() {
    Cron cron = Cron.of("0,30 2 * * *", ZoneId.of("Europe/Berlin"));

    assertThat(next(cron, "2027-03-27T12:00:00Z", 3))
        .containsExactly("2027-03-28T01:00:00Z", "2027-03-29T00:00:00Z", "2027-03-29T00:30:00Z");
  }

  @Test
  void midnight_that_does_not_exist_fires_at_one() {
    Cron cron = Cron.of("@daily", ZoneId.of("America/Sao_Paulo"));

    assertThat(next(cron, "2018-11-03T12:00:00Z", 2))
        .containsExactly("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z");
  }

  @Test
  void overlap_fires_once_for_a_fixed_hour_and_twice_for_a_stepped_one() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");

    assertThat(next(Cron.of("30 2 * * *", berlin), "2027-10-30T12:00:00Z", 2))
        .containsExactly("2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z");
    assertThat(next(Cron.of("30 */2 * * *", berlin), "2027-10-31T00:00:00Z", 3))
        .containsExactly("2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z", "2027-10-31T03:30:00Z");
  }

  @Test
  void last_year_ends_only_after_its_repeated_hour() {
    Cron cron = Cron.of("0 30 * 31 10 ? 2027", ZoneId.of("Europe/Berlin"));

    assertThat(cron.next(Instant.parse("2027-10-31T00:30:00Z")))
        .contains(Instant.parse("2027-10-31T01:30:00Z"));
    assertThat(cron.next(Instant.parse("2027-10-31T22:30:00Z"))).isEmpty();
  }

  private static List<String> next(Cron cron, String after, int count) {
    return Stream.iterate(
            cron.next(Instant.parse(after)).orElseThrow(), at -> cron.next(at).orElseThrow())
        .limit(count)
        .map(Instant::toString)
        .toList();
  }

  private static DstOracle oracle(String zone, Case rule) {
    return new DstOracle(ZoneId.of(zone), rule.matches(), rule.bothTimes());
  }

  private static List<ZoneOffsetTransition> changes(String zone, String from, String to) {
    return DstOracle.changes(ZoneId.of(zone), Instant.parse(from), Instant.parse(to));
  }
}
