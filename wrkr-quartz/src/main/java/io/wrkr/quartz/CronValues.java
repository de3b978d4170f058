package io.wrkr.quartz;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the values of one field: lists, ranges, steps and names.
 *
 * <p>Quartz is handed plain lists only: its own reading of ranges and steps takes {@code 1-5X} for
 * {@code 1-5}.
 */
final class CronValues {
  private static final Pattern ITEM =
      Pattern.compile("(?:(\\*)|(\\d{1,4}|[A-Z]{3})(?:-(\\d{1,4}|[A-Z]{3}))?)(?:/(\\d{1,4}))?");

  private final CronText text;
  private final CronField field;
  private final boolean sundayIsZero;

  /**
   * Creates a reader of one field.
   *
   * @param sundayIsZero whether days of the week count from 0 or 7 = Sunday
   */
  CronValues(CronText text, CronField field, boolean sundayIsZero) {
    this.text = text;
    this.field = field;
    this.sundayIsZero = sundayIsZero && field == CronField.DAY_OF_WEEK;
  }

  SortedSet<Integer> read(String list) {
    SortedSet<Integer> values = new TreeSet<>();
    for (String item : list.split(",", -1)) {
      addItem(item, values);
    }
    return values;
  }

  private void addItem(String item, SortedSet<Integer> values) {
    Matcher matcher = ITEM.matcher(item);
    if (!matcher.matches()) {
      throw text.refused(field, item, "is none of 5, 1-5, 1,5, */5 (" + field.range() + ")");
    }
    int step = step(item, matcher.group(4));
    if (matcher.group(1) != null) {
      addRange(field.least(), field.most(), step, values);
      return;
    }
    int first = value(item, matcher.group(2));
    if (matcher.group(3) != null) {
      addRange(first, last(matcher, first), step, values);
    } else {
      addRange(first, matcher.group(4) == null ? first : field.most(), step, values);
    }
  }

  /** Adds every so many values, beginning anew after the field's last one. */
  private void addRange(int first, int last, int step, SortedSet<Integer> values) {
    for (int value = first; value <= last; value += step) {
      values.add((value - field.least()) % field.size() + field.least());
    }
  }

  private int last(Matcher range, int first) {
    int last = value(range.group(), range.group(3));
    if (sundayIsZero && range.group(2).equals("0") && range.group(3).equals("7")) {
      // From Sunday to Sunday.
      return field.most();
    }
    if (last >= first) {
      return last;
    }
    if (field == CronField.YEAR) {
      throw text.refused(field, range.group(), "ends before it begins");
    }
    return last + field.size();
  }

  private int step(String item, String digits) {
    int step = digits == null ? 1 : Integer.parseInt(digits);
    if (step < 1 || step > field.size()) {
      throw text.refused(field, item, "has no step from 1 to " + field.size());
    }
    return step;
  }

  int value(String item, String value) {
    int number = Character.isDigit(value.charAt(0)) ? number(value) : field.named(value);
    if (number < field.least() || number > field.most()) {
      String range = sundayIsZero ? "0 to 7, both Sunday, or MON and so on" : field.range();
      throw text.refused(field, item, "is not within " + range);
    }
    return number;
  }

  private int number(String digits) {
    int number = Integer.parseInt(digits);
    if (!sundayIsZero) {
      return number;
    }
    return number > 7 ? -1 : number % 7 + 1;
  }
}
