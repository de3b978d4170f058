package io.wrkr.jdbc;

import io.wrkr.Subscription;
import io.wrkr.spi.Pattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All queues and subscriptions as of one version of them. Immutable but for what it remembers. */
final class Routes {
  private static final int MAX_REMEMBERED = 10_000;

  final long version;
  private final Map<String, QueueRow> byName = new HashMap<>();
  private final Map<Integer, QueueRow> byId = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, List<QueueRow>> remembered = new ConcurrentHashMap<>();

  /** A queue as it is stored. */
  record QueueRow(int id, String name, boolean ordered) {}

  /** A queue and one of its patterns, or none. */
  record Entry(QueueRow queue, @Nullable String text, @Nullable Pattern pattern) {}

  Routes(long version, List<Entry> entries) {
    this.version = version;
    for (Entry entry : entries) {
      byName.put(entry.queue.name, entry.queue);
      byId.put(entry.queue.id, entry.queue);
      if (entry.text != null) {
        this.entries.add(entry);
      }
    }
  }

  @Nullable QueueRow queue(String name) {
    return byName.get(name);
  }

  @Nullable QueueRow queue(int id) {
    return byId.get(id);
  }

  Collection<QueueRow> queues() {
    return byName.values();
  }

  boolean hasSubscription(QueueRow queue) {
    return entries.stream().anyMatch(entry -> entry.queue.equals(queue));
  }

  /** Returns the queues with a subscription that matches, sorted by name. */
  List<QueueRow> matching(String eventName) {
    List<QueueRow> queues = remembered.get(eventName);
    if (queues == null) {
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      queues =
          entries.stream()
              .filter(entry -> entry.pattern != null && entry.pattern.matches(eventName))
              .map(Entry::queue)
              .distinct()
              .sorted(Comparator.comparing(QueueRow::name))
              .toList();
      remembered.put(eventName, queues);
    }
    return queues;
  }

  List<Subscription> subscriptions() {
    return entries.stream()
        .map(entry -> new Subscription(entry.queue.name, String.valueOf(entry.text)))
        .sorted(Comparator.comparing(Subscription::queue).thenComparing(Subscription::pattern))
        .toList();
  }
}
