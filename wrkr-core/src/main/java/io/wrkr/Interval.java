package io.wrkr;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A length of time as a phrase gives it: steps of the calendar and an exact rest. Mutable, made and
 * read by one parse.
 *
 * <p>Years to days are steps of the calendar in the reference's zone, taken first; hours to
 * milliseconds are exact, added to the instant that the steps lead to.
 */
final class Interval {
  /** Somewhat more than any phrase may mean, and little enough that no sum overflows. */
  private static final BigDecimal FAR = BigDecimal.valueOf(400_000_000);

  private final Map<IntervalUnit, BigDecimal> amounts = new EnumMap<>(IntervalUnit.class);

  /** Adds so many of a unit; the columns are where the amount and the unit stand. */
  void add(BigDecimal amount, int amountColumn, IntervalUnit unit, int unitColumn) {
    if (unit.toSeconds(amount).compareTo(FAR) > 0) {
      throw new PhraseRefusal(amountColumn, When.TOO_FAR);
    }
    if (!isWhole(amount, unit)) {
      String reason =
          unit.isCalendar()
              ? "only hours and shorter may have a fraction"
              : "finer than a nanosecond";
      throw new PhraseRefusal(amountColumn, reason);
    }
    if (amounts.putIfAbsent(unit, amount) != null) {
      throw new PhraseRefusal(unitColumn, "a unit is given twice");
    }
  }

  private static boolean isWhole(BigDecimal amount, IntervalUnit unit) {
    BigDecimal steps = unit.isCalendar() ? amount : unit.toSeconds(amount).movePointRight(9);
    return steps.stripTrailingZeros().scale() <= 0;
  }

  boolean isEmpty() {
    return amounts.isEmpty();
  }

  Instant after(ZonedDateTime reference) {
    long months = 12 * steps(IntervalUnit.YEARS) + steps(IntervalUnit.MONTHS);
    long days = 7 * steps(IntervalUnit.WEEKS) + steps(IntervalUnit.DAYS);
    Instant start = reference.toInstant();
    if (months > 0 || days > 0) {
      LocalDateTime local = reference.toLocalDateTime().plusMonths(months).plusDays(days);
      start = WallClock.resolve(local, reference.getZone());
    }
    return start.plus(exact());
  }

  private long steps(IntervalUnit unit) {
    return amounts.getOrDefault(unit, BigDecimal.ZERO).longValueExact();
  }

  private Duration exact() {
    Duration sum = Duration.ZERO;
    for (Map.Entry<IntervalUnit, BigDecimal> amount : amounts.entrySet()) {
      if (!amount.getKey().isCalendar()) {
        sum = sum.plus(amount.getKey().toDuration(amount.getValue()));
      }
    }
    return sum;
  }

  /** Such as {@code 2 weeks 3 days}. */
  @Override
  public String toString() {
    return amounts.entrySet().stream()
        .map(amount -> amount.getKey().show(amount.getValue()))
        .collect(Collectors.joining(" "));
  }
}
