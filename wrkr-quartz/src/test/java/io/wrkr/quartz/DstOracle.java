package io.wrkr.quartz;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Says when a rule fires by walking through all instants, with java.time alone. */
record DstOracle(ZoneId zone, Predicate<LocalDateTime> matches, boolean bothTimes) {

  /** Returns all fires from one instant to another, both included, looking at every step. */
  NavigableSet<Instant> fires(Instant from, Instant to, Duration step) {
    ZoneRules rules = zone.getRules();
    NavigableSet<Instant> fires = new TreeSet<>();
    for (Instant at = from; !at.isAfter(to); at = at.plus(step)) {
      ZoneOffset offset = rules.getOffset(at);
      LocalDateTime wall = LocalDateTime.ofInstant(at, offset);
      boolean firstTime = rules.getValidOffsets(wall).get(0).equals(offset);
      if (matches.test(wall) && (firstTime || bothTimes)) {
        fires.add(at);
      }
    }
    for (ZoneOffsetTransition change : changes(zone, from, to)) {
      LocalDateTime wall = change.getDateTimeBefore();
      while (change.isGap() && wall.isBefore(change.getDateTimeAfter())) {
        if (matches.test(wall)) {
          fires.add(change.getInstant());
        }
        wall = wall.plus(step);
      }
    }
    return fires;
  }

  static List<ZoneOffsetTransition> changes(ZoneId zone, Instant from, Instant to) {
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    ZoneOffsetTransition change = zone.getRules().nextTransition(from);
    while (change != null && change.getInstant().isBefore(to)) {
      changes.add(change);
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return changes;
  }
}
