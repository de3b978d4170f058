package io.wrkr;

/**
 * Observes what happens to deliveries in this instance. Called on one thread of its own, in order
 * and soon after the fact; when it falls more than 10,000 notices behind, further ones are dropped
 * and counted in the log. What it throws is logged and goes no further.
 */
public interface WrkrListener {

  /** How a claim ended. */
  enum Outcome {
    /** Handled. */
    ACKED,
    /** To be tried again. */
    RETRIED,
    /** Given back uncounted. */
    RELEASED,
    /** Given up. */
    DEAD_LETTERED
  }

  /** An event was stored. */
  default void published(Receipt receipt) {}

  /** A handler is about to be called. */
  default void started(Delivery delivery) {}

  /** A handler threw. */
  default void failed(Delivery delivery, Throwable failure) {}

  /** A claim ended, and the store confirmed it. */
  default void settled(Delivery delivery, Outcome outcome) {}

  /** A claim was to end, but the lease had been overtaken by another worker. */
  default void refused(Delivery delivery, Outcome outcome) {}

  /** A claim was to end, but the store did not confirm it; the lease runs out. */
  default void unconfirmed(Delivery delivery, Outcome outcome, Throwable failure) {}

  /** The lease of a delivery was lost while it was held. */
  default void lost(Delivery delivery) {}

  /** No handler of this process matches; the delivery was given back. */
  default void unhandled(Delivery delivery) {}

  /**
   * Work of the bus itself failed and will be tried again: {@code what} is such as "claim mail".
   */
  default void fault(String what, Throwable failure) {}
}
