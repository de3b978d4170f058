package io.wrkr.quartz;

import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a cron expression of five, six or seven fields into the seven that Quartz understands. */
final class CronReader {
  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@HOURLY", "0 * * * *",
          "@DAILY", "0 0 * * *",
          "@MIDNIGHT", "0 0 * * *",
          "@WEEKLY", "0 0 * * 0",
          "@MONTHLY", "0 0 1 * *",
          "@YEARLY", "0 0 1 1 *",
          "@ANNUALLY", "0 0 1 1 *");

  private static final int FEWEST = 5;
  private static final int MAX_FROM_LAST = 30;
  private static final String ANY = "*";
  private static final String NONE = "?";

  private static final Pattern LAST = Pattern.compile("L(?:-(\\d{1,2}))?");
  private static final Pattern WEEKDAY = Pattern.compile("(?:L(?:-(\\d{1,2}))?|(\\d{1,2}))W");
  private static final Pattern LAST_OR_NTH = Pattern.compile("([0-9]|[A-Z]{3})(L|#[1-5])");
  private static final Pattern NUMBERED_DAY = Pattern.compile("(?:^|[,-])\\d");

  private final CronText text;
  private final List<String> fields;
  private final boolean five;

  /**
   * What an expression says.
   *
   * @param everyHour whether the hour is {@code *} or stepped, so that repeated ones count
   */
  record Rule(WallClockTimes times, boolean everyHour) {}

  CronReader(CronText text) {
    this.text = text;
    List<String> given = text.fields();
    if (given.size() == 1 && NICKNAMES.containsKey(given.get(0))) {
      given = List.of(NICKNAMES.get(given.get(0)).split(" ", -1));
    }
    if (given.size() < FEWEST || given.size() > CronField.values().length) {
      throw text.refused(
          given.size() == 1 && given.get(0).startsWith("@")
              ? "is no nickname such as @hourly"
              : "has " + given.size() + " fields instead of 5, 6 or 7");
    }
    this.fields = given;
    this.five = given.size() == FEWEST;
  }

  Rule read() {
    String seconds = five ? "0" : list(CronField.SECOND);
    String minutes = list(CronField.MINUTE);
    String hours = list(CronField.HOUR);
    String months = list(CronField.MONTH);
    NearestWeekday weekday = nearestWeekday();
    String days = weekday == null ? daysOfMonth() : ANY;
    String daysOfWeek = daysOfWeek();
    String years = fields.size() == CronField.values().length ? list(CronField.YEAR) : ANY;
    requireOneKindOfDay();
    if (daysOfWeek.equals(ANY)) {
      daysOfWeek = NONE;
    } else {
      days = NONE;
    }
    String quartz = String.join(" ", seconds, minutes, hours, days, months, daysOfWeek, years);
    return new Rule(times(quartz, weekday), isEveryHour(hours));
  }

  private WallClockTimes times(String quartz, @Nullable NearestWeekday weekday) {
    try {
      return new WallClockTimes(quartz, weekday);
    } catch (ParseException e) {
      IllegalArgumentException refused = text.refused("is refused by Quartz as " + quartz);
      refused.initCause(e);
      throw refused;
    }
  }

  private boolean isEveryHour(String hours) {
    String given = given(CronField.HOUR);
    return hours.equals(ANY) || given.contains(ANY) || given.contains("/");
  }

  private String given(CronField field) {
    return fields.get(five ? field.ordinal() - 1 : field.ordinal());
  }

  private String list(CronField field) {
    return list(field, given(field));
  }

  private String list(CronField field, String given) {
    if (given.equals(ANY)) {
      return ANY;
    }
    SortedSet<Integer> values = new CronValues(text, field, five).read(given);
    return values.size() == field.size() && field != CronField.DAY_OF_MONTH
        ? ANY
        : values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private @Nullable NearestWeekday nearestWeekday() {
    String given = given(CronField.DAY_OF_MONTH);
    Matcher matcher = WEEKDAY.matcher(given);
    if (!matcher.matches()) {
      return null;
    }
    if (matcher.group(2) == null) {
      return new NearestWeekday(true, fromLast(given, matcher.group(1)));
    }
    CronValues values = new CronValues(text, CronField.DAY_OF_MONTH, five);
    return new NearestWeekday(false, values.value(given, matcher.group(2)));
  }

  private int fromLast(String given, @Nullable String days) {
    int number = days == null ? 0 : Integer.parseInt(days);
    if (number > MAX_FROM_LAST) {
      throw text.refused(
          CronField.DAY_OF_MONTH, given, "is more than " + MAX_FROM_LAST + " days before the last");
    }
    return number;
  }

  private String daysOfMonth() {
    String given = given(CronField.DAY_OF_MONTH);
    if (given.equals(NONE)) {
      return ANY;
    }
    Matcher last = LAST.matcher(given);
    if (last.matches()) {
      int days = fromLast(given, last.group(1));
      return days == 0 ? "L" : "L-" + days;
    }
    // Of a list, Quartz reads the last day right, but not days before the last.
    List<String> items = List.of(given.split(",", -1));
    if (!items.contains("L")) {
      return list(CronField.DAY_OF_MONTH);
    }
    String others =
        items.stream().filter(each -> !each.equals("L")).collect(Collectors.joining(","));
    return others.isEmpty() ? "L" : list(CronField.DAY_OF_MONTH, others) + ",L";
  }

  private String daysOfWeek() {
    String given = given(CronField.DAY_OF_WEEK);
    if (given.equals(NONE)) {
      return ANY;
    }
    if (given.equals("L") && !five) {
      return "7";
    }
    Matcher matcher = LAST_OR_NTH.matcher(given);
    if (matcher.matches()) {
      CronValues values = new CronValues(text, CronField.DAY_OF_WEEK, five);
      return values.value(given, matcher.group(1)) + matcher.group(2);
    }
    return list(CronField.DAY_OF_WEEK);
  }

  private void requireOneKindOfDay() {
    String month = given(CronField.DAY_OF_MONTH);
    String week = given(CronField.DAY_OF_WEEK);
    if (month.equals(NONE) && week.equals(NONE)) {
      throw text.refused(CronField.DAY_OF_WEEK, week, "is '?' like the day of month: give one");
    }
    if (isAny(week)) {
      return;
    }
    if (!isAny(month)) {
      throw text.refused(
          CronField.DAY_OF_WEEK, week, "goes with no day of month: make two recurrences");
    }
    if (!five && month.equals(ANY) && NUMBERED_DAY.matcher(week).find()) {
      throw text.refused(
          CronField.DAY_OF_WEEK,
          week,
          "counts from 1 = Sunday here: make the day of month '?' to say so, or write names");
    }
  }

  private static boolean isAny(String days) {
    return days.equals(ANY) || days.equals(NONE);
  }
}
