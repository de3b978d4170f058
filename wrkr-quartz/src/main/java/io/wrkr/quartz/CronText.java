package io.wrkr.quartz;

import java.util.List;
import java.util.Locale;

/**
 * A cron expression as text: its fields, and how it is refused.
 *
 * @param expression the text, its fields separated by single spaces
 */
record CronText(String expression) {
  private static final int SHOWN = 60;

  static CronText of(String expression) {
    if (expression == null || expression.isBlank()) {
      throw new IllegalArgumentException("The cron expression is missing: " + examples());
    }
    if (expression.length() > Cron.MAX_LENGTH) {
      throw new CronText(expression)
          .refused("is longer than " + Cron.MAX_LENGTH + " characters, too long to be meant");
    }
    if (!expression.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
      throw new CronText(expression).refused("has characters other than printable ASCII");
    }
    return new CronText(expression.strip().replaceAll("[ \t]+", " "));
  }

  /** Returns the fields in upper case. */
  List<String> fields() {
    return List.of(expression.toUpperCase(Locale.ROOT).split(" ", -1));
  }

  IllegalArgumentException refused(CronField field, String item, String problem) {
    return refused("has the " + field.label() + " '" + shown(item) + "', which " + problem);
  }

  IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException(
        "The cron expression '" + shown(expression) + "' " + problem + ": " + examples());
  }

  private static String examples() {
    return "valid are such as '0 9 * * MON-FRI' (minute, hour, day of month, month, day of week),"
        + " '0 */10 8-17 ? * MON-FRI' (second first) and '@daily'";
  }

  /** Returns the text shortened and escaped, safe to log. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (char c : text.substring(0, Math.min(text.length(), SHOWN)).toCharArray()) {
      boolean plain = c >= ' ' && c < 0x7f;
      shown.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return text.length() > SHOWN
        ? shown + "… (" + text.length() + " characters)"
        : shown.toString();
  }
}
