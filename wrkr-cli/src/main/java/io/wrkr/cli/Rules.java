package io.wrkr.cli;

import io.wrkr.Recurrence;
import io.wrkr.When;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules of recurrences as people write them. */
final class Rules {
  private static final String EVERY = "every ";
  private static final String CRON = "cron ";
  private static final int FIRES_SHOWN = 5;

  private Rules() {}

  static boolean isRule(String text) {
    return text.startsWith(EVERY) || text.startsWith(CRON);
  }

  /**
   * Reads {@code every 5 minutes}, {@code every PT5M}, {@code cron 0 9 * * MON-FRI Europe/Berlin},
   * and a cron expression without its zone, which is then this one.
   */
  static Recurrence parse(String text, ZoneId zone) {
    if (text.startsWith(EVERY)) {
      return every(text.substring(EVERY.length()));
    }
    if (!text.startsWith(CRON)) {
      throw new UsageException(
          "'"
              + Text.shortened(text, 60)
              + "' is no rule: give one such as \"every 5 minutes\" or \"cron 0 9 * * MON-FRI\"");
    }
    return Recurrence.parse(hasZone(text) ? text : text + " " + zone.getId());
  }

  private static Recurrence every(String interval) {
    Duration length =
        When.parse(interval, Seam.now(java.time.ZoneOffset.UTC))
            .delay()
            .orElseThrow(
                () ->
                    new UsageException(
                        "'"
                            + Text.shortened(interval, 60)
                            + "' is no length of time: give one such as \"5 minutes\""));
    return Recurrence.every(length);
  }

  /**
   * The last word of an expression is a day of the week or a nickname, and no zone has its form.
   */
  private static boolean hasZone(String text) {
    String last = text.substring(text.lastIndexOf(' ') + 1);
    return ZoneId.getAvailableZoneIds().contains(last) || last.equals("Z");
  }

  /** Returns the next fires, five at most. */
  static List<Instant> next(Recurrence rule, Instant now) {
    List<Instant> fires = new ArrayList<>();
    Optional<Instant> fire = rule.next(now);
    while (fire.isPresent() && fires.size() < FIRES_SHOWN) {
      fires.add(fire.get());
      fire = rule.next(fire.get());
    }
    return fires;
  }
}
