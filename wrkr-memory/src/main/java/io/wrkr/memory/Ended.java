package io.wrkr.memory;

import io.wrkr.Archive;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a queue remembers of finished deliveries: dedupe records, and archived ones. */
final class Ended {
  private final Map<String, Memory> dedupe = new HashMap<>();
  private final Map<Long, MemoryDelivery> kept = new TreeMap<>();
  private final Map<Long, MemoryDelivery> moved = new TreeMap<>();
  private final PriorityQueue<Memory> memories =
      new PriorityQueue<>(Comparator.comparing((Memory memory) -> memory.until));

  /** A dedupe record, or how long a delivery stays in an archive; each is itself alone. */
  private static final class Memory {
    final Instant until;
    final Map<?, ?> place;
    final Object key;

    Memory(Instant until, Map<?, ?> place, Object key) {
      this.until = until;
      this.place = place;
      this.key = key;
    }
  }

  void add(MemoryDelivery delivery, Archive archive, Instant now) {
    String id = delivery.event.id();
    Memory record = new Memory(now.plus(delivery.dedupeWindow), dedupe, id);
    dedupe.put(id, record);
    memories.add(record);
    if (archive.mode() != Archive.Mode.DELETE) {
      Map<Long, MemoryDelivery> place = archive.mode() == Archive.Mode.KEEP ? kept : moved;
      place.put(delivery.sequence, delivery);
      memories.add(new Memory(now.plus(archive.duration()), place, delivery.sequence));
    }
  }

  boolean remembers(String eventId, Instant now) {
    Memory record = dedupe.get(eventId);
    return record != null && record.until.isAfter(now);
  }

  /** Forgets what is past its time; returns how much, {@code max} at most. */
  int prune(int max, Instant now) {
    int count = 0;
    while (count < max && !memories.isEmpty() && !memories.peek().until.isAfter(now)) {
      forget(memories.remove());
      count++;
    }
    return count;
  }

  private void forget(Memory memory) {
    if (memory.place != dedupe) {
      memory.place.remove(memory.key);
    } else if (dedupe.get(memory.key) == memory) {
      dedupe.remove(memory.key); // not the record of a later delivery of the same id
    }
  }

  /** Takes what matches out of the archives, in publish order. */
  List<MemoryDelivery> takeArchived(Predicate<MemoryDelivery> condition) {
    List<MemoryDelivery> taken =
        Stream.concat(kept.values().stream(), moved.values().stream())
            .filter(condition)
            .sorted(Comparator.comparingLong(delivery -> delivery.sequence))
            .toList();
    for (MemoryDelivery delivery : taken) {
      kept.remove(delivery.sequence);
      moved.remove(delivery.sequence);
    }
    return taken;
  }

  Collection<MemoryDelivery> kept() {
    return kept.values();
  }

  Stream<MemoryDelivery> moved() {
    return moved.values().stream();
  }
}
