package io.wrkr;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One event handed to one queue's handler under a lease.
 *
 * <p>Thread-safe: it may be settled from any thread, also after the handler returned. The first
 * settlement wins; later ones return false and change nothing. A settlement returns false as well
 * when the lease was overtaken by another worker. The lease is extended while the handler runs.
 *
 * <p>A settlement that returned true is durable. One whose answer was lost throws {@link
 * OutcomeUnknownException}; the delivery then ends as settled or comes back after its lease.
 */
public interface Delivery {
  /** Returns this delivery's own id: the event's id and the queue. */
  String id();

  /** Returns the event. */
  Event event();

  /** Returns the queue's name. */
  String queue();

  /** Returns the event's name. */
  String name();

  /** Returns the id of the thing that the event is about. */
  Optional<String> tid();

  /**
   * Returns the payload as the given type.
   *
   * @throws PayloadException if it does not fit
   */
  <T> @Nullable T payload(Class<T> type);

  /** Returns the number of this try, 1 on the first. */
  int attempt();

  /** Returns from when the event was to be delivered. */
  Instant due();

  /** Returns when the event was stored, by the store's clock. */
  Instant publishedAt();

  /**
   * Returns a number that rises with every claim of this delivery, to fence the handler's own
   * writes.
   */
  long fencingToken();

  /** Finishes the delivery, before or after the work. */
  boolean ack();

  /** Has it tried again by the queue's {@link RetryPolicy}. */
  boolean retry();

  /** Has it tried again after this time. */
  boolean retry(Duration after);

  /** Gives it back for this time; does not count as an attempt. */
  boolean release(Duration after);

  /** Gives it up: it is kept as a dead letter with this reason. */
  boolean deadLetter(String reason);

  /** Makes the lease end this long from now; false if it was overtaken. */
  boolean extend(Duration lease);

  /** Tells whether the lease is known to be lost: another worker may have the delivery. */
  boolean isLost();

  /**
   * Publishes an event together with the ack, and only then. Parent, correlation and an id that is
   * the same on every attempt are set.
   *
   * @throws IllegalStateException if the delivery is already settled
   */
  void followUp(Event event);
}
