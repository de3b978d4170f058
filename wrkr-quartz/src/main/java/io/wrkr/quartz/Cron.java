package io.wrkr.quartz;

import io.wrkr.Recurrence;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recurrence by a cron expression, on the clocks of a time zone. Immutable and thread-safe.
 *
 * <p>Reads five fields (minute, hour, day of month, month, day of week from 0 or 7 = Sunday), the
 * six or seven of Quartz (second first, year last, day of week from 1 = Sunday), and the nicknames
 * hourly, daily, midnight, weekly, monthly, yearly and annually, each after an {@literal @}.
 *
 * <p>When clocks are put forward, what falls into the gap fires once, at the first instant after
 * it. When they are put back, a fixed hour fires once, the first time; an hour that is {@code *} or
 * stepped fires both times.
 *
 * <pre>{@code
 * Cron cron = Cron.of("0 9 * * MON-FRI", ZoneId.of("Europe/Berlin"));
 * wrkr.repeat("morning-report", cron, Event.of("ourapp.report.wanted"));
 * }</pre>
 *
 * <p>Fires lie between 1970 and about a hundred years from now. The zone's rules are those of the
 * running JVM.
 */
public final class Cron implements Recurrence {
  /** The longest expression, in characters. */
  public static final int MAX_LENGTH = 128;

  // A day and more before the first wall-clock time of 1970 anywhere.
  private static final Instant EARLIEST = Instant.EPOCH.minus(2, ChronoUnit.DAYS);
  private static final Instant LATEST = Instant.parse("2999-01-01T00:00:00Z");

  private final String expression;
  private final ZoneId zone;
  private final ZoneRules rules;
  private final WallClockTimes times;
  private final boolean bothTimes;

  private Cron(CronText text, ZoneId zone) {
    CronReader.Rule rule = new CronReader(text).read();
    this.expression = text.expression();
    this.zone = zone;
    this.rules = zone.getRules();
    this.times = rule.times();
    this.bothTimes = rule.everyHour();
  }

  /**
   * Returns the recurrence of this expression.
   *
   * @param expression at most {@link #MAX_LENGTH} characters
   * @throws IllegalArgumentException if it is not understood or never fires
   */
  public static Cron of(String expression, ZoneId zone) {
    if (zone == null) {
      throw new IllegalArgumentException(
          "The zone of the cron expression is missing: give one such as ZoneId.of(\"UTC\")");
    }
    CronText text = CronText.of(expression);
    Cron cron = new Cron(text, zone);
    if (cron.next(EARLIEST).isEmpty()) {
      throw text.refused("never fires");
    }
    return cron;
  }

  @Override
  public Optional<Instant> next(Instant after) {
    if (after.isAfter(LATEST)) {
      return Optional.empty();
    }
    Instant from = after.isBefore(EARLIEST) ? EARLIEST : after;
    return Optional.ofNullable(nextWithin(from));
  }

  private @Nullable Instant nextWithin(Instant from) {
    ZoneOffset offset = rules.getOffset(from);
    LocalDateTime wall = LocalDateTime.ofEpochSecond(from.getEpochSecond(), 0, offset);
    ZoneOffsetTransition overlap = rules.getTransition(wall);
    if (overlap == null) {
      return instant(times.after(wall));
    }
    Instant repeated = nextRepeated(wall, offset, overlap);
    return repeated != null ? repeated : instant(times.from(overlap.getDateTimeBefore()));
  }

  /** Returns the next fire of an hour that the clocks show twice; the wall is in one of the two. */
  private @Nullable Instant nextRepeated(
      LocalDateTime wall, ZoneOffset offset, ZoneOffsetTransition overlap) {
    boolean firstTime = offset.equals(overlap.getOffsetBefore());
    LocalDateTime end = overlap.getDateTimeBefore();
    if (firstTime || bothTimes) {
      LocalDateTime next = times.after(wall);
      if (next != null && next.isBefore(end)) {
        return next.toInstant(offset);
      }
    }
    if (firstTime && bothTimes) {
      LocalDateTime again = times.from(overlap.getDateTimeAfter());
      if (again != null && again.isBefore(end)) {
        return again.toInstant(overlap.getOffsetAfter());
      }
    }
    return null;
  }

  /** Returns the first instant at which the clocks show this time, or else have passed it. */
  private @Nullable Instant instant(@Nullable LocalDateTime wall) {
    if (wall == null) {
      return null;
    }
    ZoneOffsetTransition transition = rules.getTransition(wall);
    if (transition == null) {
      return wall.toInstant(rules.getOffset(wall));
    }
    return transition.isGap()
        ? transition.getInstant()
        : wall.toInstant(transition.getOffsetBefore());
  }

  /** Returns {@code cron EXPRESSION ZONE}, which {@link CronParser} reads. */
  @Override
  public Optional<String> text() {
    return Optional.of(toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cron cron && cron.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return CronParser.KIND + " " + expression + " " + zone.getId();
  }
}
