package io.wrkr.quartz;

import io.wrkr.Recurrence;
import io.wrkr.spi.RecurrenceParser;
import java.time.DateTimeException;
import java.time.ZoneId;

/** Reads {@code cron EXPRESSION ZONE}, such as {@code cron 0 9 * * MON-FRI Europe/Berlin}. */
public final class CronParser implements RecurrenceParser {
  static final String KIND = "cron";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Recurrence parse(String rule) {
    int space = rule.lastIndexOf(' ');
    if (space < 0) {
      throw new IllegalArgumentException(
          "'"
              + CronText.shown(rule)
              + "' is no cron expression with a zone such as 0 9 * * MON-FRI Europe/Berlin");
    }
    return Cron.of(rule.substring(0, space), zone(rule.substring(space + 1)));
  }

  private static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'"
              + CronText.shown(id)
              + "' at the end of the cron rule is no time zone that this process knows: give one"
              + " such as Europe/Berlin or UTC",
          e);
    }
  }
}
