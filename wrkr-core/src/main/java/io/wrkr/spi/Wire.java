package io.wrkr.spi;

import io.wrkr.Subscription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * A broker, as {@link RelayBackend} needs it: it carries events that are due to queues and keeps
 * them until they are taken; it need not delay, find, count attempts or know leases.
 *
 * <p>Safe for any number of threads and processes. Every method answers or fails within 30 seconds,
 * by {@link BackendException}; its outcome and {@link #close} are as for {@link Backend}. A wire
 * connects anew by itself, at the next call after its connection was lost.
 */
public interface Wire extends AutoCloseable {

  /**
   * What the queues begin with that a wire itself has in the store, if it needs any. {@link
   * RelayBackend} shows and changes nothing in them.
   */
  String OWN_QUEUES = "$wrkr.wire.";

  /**
   * Takes note of what moves events of a queue from here to the store, by {@link #receive}, and
   * returns how many; called once, before any other method. For wires on which nothing must wait
   * long.
   */
  default void moveBy(ToIntFunction<String> mover) {}

  /**
   * Makes sure that what was sent to the queue before, by anybody, and not received is where {@link
   * #receive} of this instance finds it, or in the store. Does nothing where it is anyway.
   */
  default void gather(String queue) {}

  /**
   * Makes the queue, durable, and leads to it what matches the pattern; repeating it does nothing.
   * What is sent after this method returned, by anybody, reaches the queue.
   */
  void bind(Subscription subscription);

  /** Undoes {@link #bind}; what the queue holds stays. */
  void unbind(Subscription subscription);

  /**
   * Sends each event to all queues bound to its name; kept by the broker, as durably as it can,
   * when this method returns. Sending again after an unknown outcome makes further copies.
   *
   * @return which of the events, by their place in the list, reached no queue
   */
  Set<Integer> send(List<Cargo> cargo);

  /**
   * Hands up to {@code max} events that wait in the queue to {@code intake}, in their order, and
   * removes them from the broker after it returned normally; if it throws, or the process dies,
   * they wait on, and come again. An unknown queue has none. The intake may be called not at all,
   * and once at most. Calls for one queue of one instance go one after the other.
   *
   * @return how many were handed over and removed; less than {@code max} if no more wait, as seen
   *     by the last {@link #gather}, or, with an open {@link #onArrival}, if those that do are
   *     hinted at
   */
  int receive(String queue, int max, Consumer<List<Cargo>> intake);

  /** Returns how much waits in the queue, not counting what is just being received. */
  Waiting waiting(String queue);

  /**
   * Deletes the queue with all it holds.
   *
   * @return whether it was there
   */
  boolean delete(String queue);

  /** Hints that something may have arrived, as {@link Wakeups#onArrival}. */
  Registration onArrival(String queue, Runnable hint);

  @Override
  void close();

  /**
   * An event on the wire.
   *
   * @param arrival the event, when it was published, its dedupe window
   * @param queues which queues it is meant for; empty for all that it reaches
   * @param defect why it can be no event, if so: it becomes a dead letter with the bytes it has
   */
  record Cargo(Arrival arrival, Set<String> queues, Optional<String> defect) {

    /** Copies the queues. */
    public Cargo {
      queues = Set.copyOf(queues);
    }

    /** Returns the event. */
    public StoredEvent event() {
      return arrival.event();
    }
  }

  /**
   * What waits in a queue.
   *
   * @param count how many events
   * @param oldest when the first of them was published, if there is one and it can be told
   */
  record Waiting(long count, Optional<Instant> oldest) {
    /** Nothing waits. */
    public static final Waiting NONE = new Waiting(0, Optional.empty());
  }
}
