package io.wrkr.spi;

/** Facet: hints that deliveries may have become ready. Hints may be lost, repeated or wrong. */
public interface Wakeups {

  /**
   * Calls {@code hint} soon after another process, or another instance in this one, stored a
   * delivery for the queue. The hint returns at once and never throws.
   *
   * @return stops the hints when closed; closing is idempotent
   */
  Registration onArrival(String queue, Runnable hint);
}
