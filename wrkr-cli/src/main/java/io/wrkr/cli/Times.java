package io.wrkr.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Instants and lengths as people and programs read them. */
final class Times {
  private Times() {}

  /** Returns ISO 8601 in UTC with milliseconds, rounded up as due instants are. */
  static String utc(Instant instant) {
    Instant millis = toMillis(instant);
    OffsetDateTime time = millis.atOffset(java.time.ZoneOffset.UTC);
    return date(time) + "T" + time(time) + "Z";
  }

  /** Returns such as {@code Sat 2026-11-28 09:00:00.000 +01:00}. */
  static String local(Instant instant, ZoneId zone) {
    OffsetDateTime time = toMillis(instant).atZone(zone).toOffsetDateTime();
    String day = time.getDayOfWeek().name();
    return day.charAt(0)
        + day.substring(1, 3).toLowerCase(Locale.ROOT)
        + " "
        + date(time)
        + " "
        + time(time)
        + " "
        + (time.getOffset().getTotalSeconds() == 0 ? "+00:00" : time.getOffset());
  }

  /** Returns such as {@code 250 ms}, {@code 12.5 s}, {@code 3 min 20 s}, {@code 2 d 4 h}. */
  static String length(Duration length) {
    long millis = length.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return millis / 1000 + "." + millis % 1000 / 100 + " s";
    }
    if (length.toHours() < 1) {
      return length.toMinutes() + " min " + length.toSecondsPart() + " s";
    }
    return length.toDays() < 1
        ? length.toHours() + " h " + length.toMinutesPart() + " min"
        : length.toDays() + " d " + length.toHoursPart() + " h";
  }

  private static Instant toMillis(Instant instant) {
    Instant down = instant.truncatedTo(ChronoUnit.MILLIS);
    return down.equals(instant) ? down : down.plusMillis(1);
  }

  // Formatters with words load the locale's data, which takes longer than the rest of a command.

  private static String date(OffsetDateTime time) {
    return pad(time.getYear(), 4)
        + "-"
        + pad(time.getMonthValue(), 2)
        + "-"
        + pad(time.getDayOfMonth(), 2);
  }

  private static String time(OffsetDateTime time) {
    return pad(time.getHour(), 2)
        + ":"
        + pad(time.getMinute(), 2)
        + ":"
        + pad(time.getSecond(), 2)
        + "."
        + pad(time.getNano() / 1_000_000, 3);
  }

  private static String pad(int number, int width) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
