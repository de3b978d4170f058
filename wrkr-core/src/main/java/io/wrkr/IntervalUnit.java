package io.wrkr;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A unit of an interval, longest first, with the words for it. */
enum IntervalUnit {
  YEARS(365 * 86_400, true, "y yr yrs year"),
  MONTHS(30 * 86_400, true, "mo mos month"),
  WEEKS(7 * 86_400, true, "w wk wks week"),
  DAYS(86_400, true, "d day"),
  HOURS(3_600, false, "h hr hrs hour"),
  MINUTES(60, false, "m min mins minute"),
  SECONDS(1, false, "s sec secs second"),
  MILLISECONDS(0.001, false, "ms milli millis millisecond");

  private static final Map<String, IntervalUnit> BY_WORD = byWord();

  private final BigDecimal seconds;
  private final boolean calendar;
  private final String words;

  /** The words are separated by spaces; the last is the one shown. */
  IntervalUnit(double seconds, boolean calendar, String words) {
    this.seconds = BigDecimal.valueOf(seconds);
    this.calendar = calendar;
    this.words = words;
  }

  static Optional<IntervalUnit> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  /** Whether its length depends on the date and the zone; otherwise it is exact. */
  boolean isCalendar() {
    return calendar;
  }

  /** The length of so many of it: exact, or about that for a unit of the calendar. */
  BigDecimal toSeconds(BigDecimal amount) {
    return amount.multiply(seconds);
  }

  /** The exact length of so many of it; ArithmeticException when finer than a nanosecond. */
  Duration toDuration(BigDecimal amount) {
    return Duration.ofNanos(toSeconds(amount).movePointRight(9).longValueExact());
  }

  /** Such as {@code 1 day} or {@code 1.5 hours}. */
  String show(BigDecimal amount) {
    String plain = amount.stripTrailingZeros().toPlainString();
    return plain + " " + (plain.equals("1") ? shown() : shown() + "s");
  }

  private String shown() {
    return words.substring(words.lastIndexOf(' ') + 1);
  }

  private static Map<String, IntervalUnit> byWord() {
    Map<String, IntervalUnit> map = new HashMap<>();
    for (IntervalUnit unit : values()) {
      List.of(unit.words.split(" ", -1)).forEach(word -> map.put(word, unit));
      map.put(unit.name().toLowerCase(Locale.ROOT), unit);
    }
    return Collections.unmodifiableMap(map);
  }
}
