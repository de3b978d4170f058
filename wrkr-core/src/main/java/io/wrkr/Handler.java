package io.wrkr;

/**
 * Handles one delivery of a queue.
 *
 * <p>Called by several threads at once, up to the queue's concurrency, never while the bus holds a
 * lock. Returning acks the delivery, throwing has it retried by the queue's {@link RetryPolicy},
 * unless the delivery was settled before. An event can be delivered more than once: make the work
 * repeatable, or fence it by {@link Delivery#fencingToken}.
 */
@FunctionalInterface
public interface Handler {
  /** Handles the delivery. */
  void handle(Delivery delivery) throws Exception;
}
