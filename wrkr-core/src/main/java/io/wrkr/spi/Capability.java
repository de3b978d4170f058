package io.wrkr.spi;

/** An ability that a backend declares; a missing one is refused by the core, never ignored. */
public enum Capability {
  /** State survives a restart of all processes. */
  PERSISTENT,
  /** Several instances, in several processes if the backend is persistent, work on one store. */
  SHARED,
  /** Killing the store's process loses nothing that was confirmed. */
  CRASH_SAFE,
  /** Due instants in the future. */
  DELAY,
  /** Retry and release with a delay. */
  RETRY_DELAY,
  /** Leases can be lengthened. */
  EXTEND,
  /** Stale tokens are refused by the store. */
  FENCED,
  /** The same event id makes one delivery per queue. */
  DEDUPE,
  /** Queues that keep the order of each tid. */
  ORDER_BY_TID,
  /** A publish of several events is all or nothing. */
  ATOMIC_BATCH,
  /** Publishing inside the caller's transaction. */
  TX_JOIN,
  /** Finding and counting deliveries ({@link Inspector}). */
  FIND,
  /** Cancelling and rescheduling waiting deliveries ({@link Inspector}). */
  CANCEL,
  /** Listing, redriving and discarding dead letters ({@link Inspector}). */
  DEAD_LETTERS,
  /** Finished deliveries can be kept or moved to a history. */
  ARCHIVE,
  /** Archived deliveries can be delivered again. */
  REPLAY,
  /** Subscriptions can be listed. */
  LIST_SUBSCRIPTIONS,
  /** {@code *} and {@code #} in subscriptions. */
  PATTERN,
  /** Arrivals in other processes are hinted at ({@link Wakeups}). */
  WAKE
}
