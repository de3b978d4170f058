package io.wrkr.memory;

import io.wrkr.memory.MemoryDelivery.Phase;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The live deliveries and dead letters of one queue, in the order in which they may be claimed.
 *
 * <p>On a queue that keeps order, the deliveries of one tid stand in a line, and only its head is a
 * candidate for a claim. The head is the one that has begun, else the first by original due instant
 * and sequence; a dead head is no candidate, and nothing behind it is. Elsewhere every live
 * delivery is a candidate.
 */
final class Agenda {
  private final boolean ordered;
  private final Map<String, TreeSet<MemoryDelivery>> lines = new HashMap<>();

  /** All live deliveries, to be counted; without order they are the candidates as well. */
  final Timeline live = new Timeline();

  final Timeline candidates;

  private final Runnable onReady;

  /** Creates an empty one that calls {@code onReady} when a change makes a delivery ready. */
  Agenda(boolean ordered, Runnable onReady) {
    this.ordered = ordered;
    this.onReady = onReady;
    this.candidates = ordered ? new Timeline() : live;
  }

  boolean isOrdered() {
    return ordered;
  }

  void advance(Instant now) {
    live.advance(now);
    if (ordered) {
      candidates.advance(now);
    }
  }

  /** Takes a delivery in, or back in after a change. */
  void add(MemoryDelivery delivery, Instant now) {
    if (delivery.phase != Phase.DEAD) {
      live.add(delivery, now);
    }
    if (!ordered) {
      tellIfReady(delivery, now);
      return;
    }
    if (delivery.event.tid().isEmpty()) {
      addCandidate(delivery, now);
      return;
    }
    TreeSet<MemoryDelivery> line =
        lines.computeIfAbsent(
            delivery.event.tid().get(), tid -> new TreeSet<>(MemoryDelivery.BY_PLACE));
    if (!line.isEmpty()) {
      candidates.remove(line.first());
    }
    line.add(delivery);
    addCandidate(line.first(), now);
  }

  /** Takes a delivery out, for good or in order to change it. */
  void remove(MemoryDelivery delivery, Instant now) {
    live.remove(delivery);
    if (!ordered) {
      return;
    }
    candidates.remove(delivery);
    String tid = delivery.event.tid().orElse("");
    TreeSet<MemoryDelivery> line = lines.get(tid);
    if (line == null) {
      return;
    }
    line.remove(delivery);
    if (line.isEmpty()) {
      lines.remove(tid);
    } else {
      addCandidate(line.first(), now);
    }
  }

  private void addCandidate(MemoryDelivery delivery, Instant now) {
    if (delivery.phase != Phase.DEAD) {
      // A head that stays the head may stand on the other side of a cut that time has moved.
      candidates.remove(delivery);
      candidates.add(delivery, now);
      tellIfReady(delivery, now);
    }
  }

  private void tellIfReady(MemoryDelivery delivery, Instant now) {
    if (delivery.phase != Phase.DEAD && delivery.isDue(now)) {
      onReady.run();
    }
  }
}
