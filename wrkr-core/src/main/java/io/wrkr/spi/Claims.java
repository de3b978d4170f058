package io.wrkr.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a claim.
 *
 * @param deliveries what was taken, in order
 * @param untilNextDue how long after this claim, by the store's clock, the queue's earliest
 *     delivery that is not yet due comes due (retries and ends of leases count); empty when there
 *     is none, and allowed to be empty when {@code max} deliveries were taken
 */
public record Claims(List<ClaimedDelivery> deliveries, Optional<Duration> untilNextDue) {
  /** Nothing taken, nothing waiting. */
  public static final Claims NONE = new Claims(List.of(), Optional.empty());

  /** Copies the list. */
  public Claims {
    deliveries = List.copyOf(deliveries);
  }
}
