package io.wrkr;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;

/** Turns what a clock on the wall shows into an instant, changes of the clocks included. */
final class WallClock {
  private WallClock() {}

  /**
   * The instant at which clocks in the zone show the time. A time they skip is the first instant
   * after the gap, a time they show twice is the first of the two.
   */
  static Instant resolve(LocalDateTime local, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    if (change != null && change.isGap()) {
      return change.getInstant();
    }
    return local.atZone(zone).toInstant();
  }
}
