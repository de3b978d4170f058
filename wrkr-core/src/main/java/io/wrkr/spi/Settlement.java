package io.wrkr.spi;

import io.wrkr.Archive;
import java.time.Duration;
import java.util.List;

/**
 * How a claim ends. The four kinds are those of AMQP 1.0: accepted, modified, released, rejected.
 */
public sealed interface Settlement {
  /** The claim that ends; the store refuses the settlement if this lease was overtaken. */
  Lease lease();

  /**
   * Handled: the delivery is finished.
   *
   * @param archive what becomes of the finished delivery
   * @param followUps events to publish in the same step
   */
  record Ack(Lease lease, Archive archive, List<OutgoingEvent> followUps) implements Settlement {}

  /**
   * Not handled, to be tried again.
   *
   * @param after the wait from now, by the store's clock
   * @param history text to keep with the delivery in place of what was there
   */
  record Retry(Lease lease, Duration after, String history) implements Settlement {}

  /**
   * Given back: the attempt of this claim does not count, history stays.
   *
   * @param after the wait from now, by the store's clock
   */
  record Release(Lease lease, Duration after) implements Settlement {}

  /**
   * Given up: kept as a dead letter until it is redriven or discarded.
   *
   * @param reason why, followed by the history of the attempts
   */
  record DeadLetter(Lease lease, String reason) implements Settlement {}
}
