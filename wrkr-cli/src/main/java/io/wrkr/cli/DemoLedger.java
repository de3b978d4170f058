package io.wrkr.cli;

import io.wrkr.Delivery;
import io.wrkr.WrkrListener;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The demo's accounts, by event id: which queues hold it by its receipt, or by the confirmed ack
 * that it came with, and which queues' acks the store confirmed. Thread-safe.
 */
final class DemoLedger implements WrkrListener {
  private final Map<String, Set<String>> expected = new HashMap<>();
  private final Map<String, Set<String>> acked = new HashMap<>();
  private final Map<String, Promise> promises = new HashMap<>();
  private final Map<String, Long> handled = new HashMap<>();
  private final Map<String, Long> retried = new HashMap<>();
  private long complete;

  private record Promise(String id, Set<String> queues) {}

  /**
   * How it stands.
   *
   * @param published events that were stored
   * @param handled those of them that all of their queues acked
   * @param held those not handled that a queue still has
   * @param lost the rest
   */
  record Totals(long published, long handled, long held, long lost) {}

  /** An event was stored for these queues. */
  synchronized void stored(String id, Collection<String> queues) {
    expected.put(id, Set.copyOf(queues));
    if (isHandled(id)) {
      complete++;
    }
    notifyAll();
  }

  /** An event will be stored together with the ack of this delivery. */
  synchronized void promised(String delivery, String id, Set<String> queues) {
    promises.put(delivery, new Promise(id, queues));
  }

  @Override
  public synchronized void settled(Delivery delivery, Outcome outcome) {
    if (outcome == Outcome.RETRIED) {
      retried.merge(delivery.queue(), 1L, Long::sum);
    }
    if (outcome == Outcome.ACKED) {
      acked(delivery);
    }
  }

  private synchronized void acked(Delivery delivery) {
    handled.merge(delivery.queue(), 1L, Long::sum);
    Promise promise = promises.remove(delivery.id());
    if (promise != null) {
      stored(promise.id(), promise.queues());
    }
    String id = delivery.event().id().orElseThrow();
    boolean isNew = acked.computeIfAbsent(id, any -> new HashSet<>()).add(delivery.queue());
    if (isNew && isHandled(id)) {
      complete++;
    }
    notifyAll();
  }

  private boolean isHandled(String id) {
    Set<String> queues = expected.get(id);
    return queues != null && acked.getOrDefault(id, Set.of()).containsAll(queues);
  }

  /** Waits until all that was stored is handled; tells whether it is. */
  synchronized boolean awaitComplete(Duration limit) throws InterruptedException {
    long end = Seam.nanos() + limit.toNanos();
    while (complete < expected.size() || !promises.isEmpty()) {
      long left = (end - Seam.nanos()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized long published() {
    return expected.size();
  }

  synchronized long handled() {
    return complete;
  }

  synchronized long acks(String queue) {
    return handled.getOrDefault(queue, 0L);
  }

  synchronized long retries(String queue) {
    return retried.getOrDefault(queue, 0L);
  }

  /** Returns the totals, given the ids of what the queues still hold. */
  synchronized Totals totals(Set<String> heldIds) {
    long done = expected.keySet().stream().filter(this::isHandled).count();
    long held =
        expected.keySet().stream().filter(id -> !isHandled(id) && heldIds.contains(id)).count();
    return new Totals(expected.size(), done, held, expected.size() - done - held);
  }
}
