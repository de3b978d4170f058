package io.wrkr;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Shows instants to people: {@code Sat 28 Nov 2026 09:00 UTC}. */
final class InstantText {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("EEE d MMM uuuu HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter FRACTIONS =
      new DateTimeFormatterBuilder()
          .append(MINUTES)
          .appendPattern(":ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ENGLISH);

  private InstantText() {}

  static String of(Instant instant, ZoneId zone) {
    return of(instant.atZone(zone));
  }

  /** Seconds only where there are any; the offset where clocks show the time twice. */
  static String of(ZonedDateTime time) {
    boolean wholeMinute = time.getSecond() == 0 && time.getNano() == 0;
    return (wholeMinute ? MINUTES : FRACTIONS).format(time) + " " + zone(time);
  }

  private static String zone(ZonedDateTime time) {
    ZoneId zone = time.getZone();
    if (zone.equals(ZoneOffset.UTC)) {
      return "UTC";
    }
    boolean twice = zone.getRules().getValidOffsets(time.toLocalDateTime()).size() > 1;
    return twice ? time.getOffset() + " " + zone : zone.toString();
  }
}
