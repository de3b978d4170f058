package io.wrkr;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reads ISO 8601 dates and instants, such as {@code 2027-01-01T09:00Z} and {@code
 * 2027-01-01T09:00[Europe/Paris]}.
 *
 * <p>A date alone is its start. Without offset and region the reference's zone counts. An offset
 * that the region does not have at that time is refused, except {@code Z}.
 */
final class IsoPhrases {
  static final int DATE_LENGTH = 10;

  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern SPACED =
      Pattern.compile(DATE + " [0-9]{2}:[0-9:.]+(?:[zZ+\\[-].*)?");
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .optionalStart()
          .appendLiteral('[')
          .appendZoneRegionId()
          .appendLiteral(']')
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private IsoPhrases() {}

  static boolean startsWithDate(String text) {
    return DATE.matcher(text).lookingAt();
  }

  /** Whether all of a text that starts with a date is ISO 8601, perhaps with a space for the T. */
  static boolean isWhole(String text) {
    boolean dateThenWords =
        text.length() > DATE_LENGTH && " ,".indexOf(text.charAt(DATE_LENGTH)) >= 0;
    return !dateThenWords || SPACED.matcher(text).matches();
  }

  /** Reads the whole text; the offset is its index in the phrase. */
  static Instant read(String text, ZoneId referenceZone, int offset) {
    String iso = text.replaceFirst(" ", "T");
    try {
      return instant(FORMAT.parse(iso), referenceZone, offset);
    } catch (DateTimeParseException e) {
      throw refusal(e, offset);
    }
  }

  /** Reads the date at the start of the text. */
  static LocalDate date(String text, int offset) {
    try {
      return LocalDate.parse(text.substring(0, DATE_LENGTH));
    } catch (DateTimeParseException e) {
      throw refusal(e, offset);
    }
  }

  private static Instant instant(TemporalAccessor parsed, ZoneId referenceZone, int offset) {
    LocalTime time = parsed.query(TemporalQueries.localTime());
    LocalDateTime local =
        LocalDate.from(parsed).atTime(Objects.requireNonNullElse(time, LocalTime.MIDNIGHT));
    ZoneId region = parsed.query(TemporalQueries.zoneId());
    if (!parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
      return WallClock.resolve(local, Objects.requireNonNullElse(region, referenceZone));
    }
    ZoneOffset given = ZoneOffset.ofTotalSeconds(parsed.get(ChronoField.OFFSET_SECONDS));
    if (region != null && !fits(given, local, region)) {
      throw new PhraseRefusal(
          offset + 1, region + " has another offset than " + given + " at that time");
    }
    return local.toInstant(given);
  }

  private static boolean fits(ZoneOffset given, LocalDateTime local, ZoneId region) {
    return given.equals(ZoneOffset.UTC) || region.getRules().isValidOffset(local, given);
  }

  private static PhraseRefusal refusal(DateTimeParseException e, int offset) {
    Throwable cause = e.getCause();
    String reason =
        cause instanceof DateTimeException && cause.getMessage() != null
            ? cause.getMessage()
            : "not an ISO 8601 date and time from here on";
    return new PhraseRefusal(offset + e.getErrorIndex() + 1, reason);
  }
}
