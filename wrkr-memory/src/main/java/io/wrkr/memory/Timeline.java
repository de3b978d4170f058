package io.wrkr.memory;

import io.wrkr.memory.MemoryDelivery.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Deliveries by due instant, cut in two at now: the next one is found in O(log n), the counts are
 * known without counting. The cut follows the clock, which may also go back.
 */
final class Timeline {
  private final TreeSet<MemoryDelivery> ready = new TreeSet<>(MemoryDelivery.BY_DUE);
  private final TreeSet<MemoryDelivery> later = new TreeSet<>(MemoryDelivery.BY_DUE);
  private long leased;

  void add(MemoryDelivery delivery, Instant now) {
    if (delivery.isDue(now)) {
      ready.add(delivery);
    } else if (later.add(delivery) && delivery.phase == Phase.LEASED) {
      leased++;
    }
  }

  void remove(MemoryDelivery delivery) {
    if (!ready.remove(delivery) && later.remove(delivery) && delivery.phase == Phase.LEASED) {
      leased--;
    }
  }

  /** Moves the cut to now. */
  void advance(Instant now) {
    while (!later.isEmpty() && later.first().isDue(now)) {
      MemoryDelivery delivery = later.first();
      remove(delivery);
      add(delivery, now);
    }
    while (!ready.isEmpty() && !ready.last().isDue(now)) {
      MemoryDelivery delivery = ready.last();
      remove(delivery);
      add(delivery, now);
    }
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  MemoryDelivery firstReady() {
    return ready.first();
  }

  Optional<Duration> untilNext(Instant now) {
    return later.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.between(now, later.first().due));
  }

  long ready() {
    return ready.size();
  }

  long scheduled() {
    return later.size() - leased;
  }

  long leased() {
    return leased;
  }
}
