package io.wrkr.mqtt;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps what this instance has on its way below what a broker keeps for a session: beyond,
 * Mosquitto drops what it has confirmed. Sends run side by side; when there is no room left, the
 * next one waits for them and then until what they sent was received. Thread-safe.
 */
final class Room {
  /** Half of what Mosquitto keeps by default. */
  static final int SIZE = 500;

  private final Consumer<String> gather;
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);
  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final Set<String> queues = ConcurrentHashMap.newKeySet();

  /** {@code gather} returns when what was sent to a queue before has been received. */
  Room(Consumer<String> gather) {
    this.gather = gather;
  }

  /** Sends up to {@link #SIZE} events to these queues, as soon as there is room for them. */
  <T> T send(int count, Set<String> to, Supplier<T> send) {
    while (true) {
      lock.readLock().lock();
      try {
        if (onTheirWay.addAndGet(count) <= SIZE) {
          queues.addAll(to);
          return send.get();
        }
        onTheirWay.addAndGet(-count);
      } finally {
        lock.readLock().unlock();
      }
      makeRoom();
    }
  }

  private void makeRoom() {
    lock.writeLock().lock();
    try {
      for (String queue : new ArrayList<>(queues)) {
        gather.accept(queue);
        queues.remove(queue);
      }
      onTheirWay.set(0);
    } finally {
      lock.writeLock().unlock();
    }
  }
}
