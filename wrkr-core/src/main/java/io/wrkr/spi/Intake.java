package io.wrkr.spi;

import java.time.Duration;
import java.util.List;

/**
 * Facet: the store takes in what a wire brought for one queue, without fan-out; what {@link
 * RelayBackend} needs of its store. Concurrency, blocking and failures as for {@link Backend}.
 *
 * <p>Idempotent by (event id, queue) like {@link Backend#publish}: where a delivery of that id
 * lives, or ended within its dedupe window, none is made. All that was taken in is durable when the
 * method returns. A publish instant that lies in the future counts as now.
 */
public interface Intake {

  /** Stores deliveries of one queue, due since they were published. */
  void accept(String queue, List<Arrival> arrivals);

  /**
   * Stores deliveries of one queue and claims them in the same step, as if each had been ready and
   * claimed at once: attempt 1 under a fresh token.
   *
   * <p>On an ordered queue they are stored and not claimed.
   *
   * @return those that were made, in the order given; a duplicate is none of them
   */
  List<ClaimedDelivery> take(String queue, List<Arrival> arrivals, Duration lease);
}
