package io.wrkr;

import java.util.List;

/**
 * Wraps handler calls and publishes: tracing, logging context, transactions. Called by several
 * threads at once. Interceptors wrap each other in the order in which the builder got them, the
 * first outermost. What one throws counts as thrown by what it wraps.
 */
public interface Interceptor {

  /** Wraps the call of a handler; call {@code next} once to go on. */
  default void handle(Delivery delivery, Handler next) throws Exception {
    next.handle(delivery);
  }

  /** Wraps the call of a batch handler; call {@code next} once to go on. */
  default void handleBatch(List<Delivery> deliveries, BatchHandler next) throws Exception {
    next.handle(deliveries);
  }

  /** Wraps a publish; call {@code next} once to go on, with other events if need be. */
  default List<Receipt> publish(List<Event> events, Publisher next) {
    return next.publish(events);
  }
}
