package io.wrkr.cli.bench;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Java's own collections: each delivery goes into a deque and a map, out of the one, out of both.
 */
final class MemoryRawLimit implements RawLimit {
  private final int queues;
  private final Map<String, Long> leases = new ConcurrentHashMap<>();
  private final ArrayDeque<String> ready = new ArrayDeque<>();

  MemoryRawLimit(int queues) {
    this.queues = queues;
  }

  @Override
  public String what() {
    return "ConcurrentHashMap and ArrayDeque, one thread";
  }

  @Override
  public void run(int events) {
    for (int from = 0; from < events; from += BATCH) {
      int to = Math.min(events, from + BATCH);
      for (int i = from; i < to; i++) {
        for (int queue = 0; queue < queues; queue++) {
          ready.add(i + "/" + queue);
        }
      }
      for (String next = ready.poll(); next != null; next = ready.poll()) {
        leases.put(next, Seam.nanos());
      }
      leases.keySet().removeIf(each -> true);
    }
  }

  @Override
  public void close() {
    leases.clear();
  }
}
