package io.wrkr.mqtt;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what this instance has on its way below what a broker keeps for a session: beyond,
 * Mosquitto drops what it has confirmed. Thread-safe.
 *
 * <p>Sends run side by side. A mark follows every {@link #PART} events to their queues; whoever
 * receives there answers it when it comes to it, which makes room for as many. Where no answer
 * comes for long, the next send waits until all that was sent has been moved to the store.
 */
final class Room {
  /** Half of what Mosquitto keeps by default. */
  static final int SIZE = 500;

  /** How many events are to be sent at once at most. */
  static final int PART = SIZE / 4;

  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  /** Longer than a receiver leaves anything to its workers. */
  private static final long PATIENCE_MILLIS = 300;

  private final Outbox outbox;
  private final Consumer<String> gather;
  private final Semaphore room = new Semaphore(SIZE, true);
  private final ReadWriteLock sending = new ReentrantReadWriteLock(true);

  // Guarded by this room's monitor.
  private final Set<Mark> marks = new HashSet<>();
  private Mark unsent = new Mark();

  /** What follows some events. */
  private static final class Mark {
    final Set<String> queues = new HashSet<>();
    final List<Outbox.Question> questions = new CopyOnWriteArrayList<>();
    int events;
    int missing;

    void forget() {
      questions.forEach(Outbox.Question::close);
    }
  }

  /** {@code gather} returns when what was sent to a queue before has been moved to the store. */
  Room(Outbox outbox, Consumer<String> gather) {
    this.outbox = outbox;
    this.gather = gather;
  }

  /** Sends up to {@link #PART} events to these queues, as soon as there is room for them. */
  <T> T send(int count, Set<String> to, Supplier<T> send) {
    while (!hasRoom(count, 0)) {
      mark(1);
      if (hasRoom(count, PATIENCE_MILLIS)) {
        break;
      }
      makeRoom();
    }
    sending.readLock().lock();
    try {
      return send.get();
    } finally {
      note(count, to); // whatever failed may be on its way
      sending.readLock().unlock();
      mark(PART);
    }
  }

  private boolean hasRoom(int count, long millis) {
    try {
      return room.tryAcquire(count, millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendException(Outcome.FAILED, "Publishing: interrupted", e);
    }
  }

  private synchronized void note(int count, Set<String> to) {
    unsent.events += count;
    unsent.queues.addAll(to);
  }

  /** Sends a mark behind what has none, if that is so many events and there is a connection. */
  private void mark(int least) {
    Mark mark;
    synchronized (this) {
      if (unsent.events < least || !outbox.isConnected()) {
        return;
      }
      mark = unsent;
      mark.missing = mark.queues.size();
      marks.add(mark);
      unsent = new Mark();
    }
    try {
      for (String queue : mark.queues) {
        mark.questions.add(outbox.mark(queue, () -> passed(mark)));
      }
    } catch (BackendException | IllegalStateException e) {
      LOG.debug("No mark could be sent: room is made otherwise", e);
    }
    if (!isAwaited(mark)) {
      mark.forget();
    }
  }

  private synchronized boolean isAwaited(Mark mark) {
    return marks.contains(mark);
  }

  private void passed(Mark mark) {
    synchronized (this) {
      mark.missing--;
      if (mark.missing > 0 || !marks.remove(mark)) {
        return;
      }
    }
    mark.forget();
    room.release(mark.events);
  }

  /** Holds all sends up until what was sent is in the store, so that no mark need be awaited. */
  private void makeRoom() {
    sending.writeLock().lock();
    try {
      queues().forEach(gather);
      int events;
      synchronized (this) {
        marks.forEach(Mark::forget);
        events = marks.stream().mapToInt(each -> each.events).sum() + unsent.events;
        marks.clear();
        unsent = new Mark();
      }
      room.release(events);
    } finally {
      sending.writeLock().unlock();
    }
  }

  private synchronized Set<String> queues() {
    Set<String> queues = new HashSet<>(unsent.queues);
    marks.forEach(each -> queues.addAll(each.queues));
    return queues;
  }
}
