package io.wrkr;

import java.time.Instant;
import java.util.List;

/**
 * Says that an event is stored.
 *
 * @param id the event's id
 * @param due from when it may be delivered, by the store's clock
 * @param queues the queues that hold it; empty when nobody has subscribed, and then nothing is
 *     stored
 * @param duplicate whether every one of these queues already had an event of this id, so that this
 *     publish made no delivery
 */
public record Receipt(String id, Instant due, List<String> queues, boolean duplicate) {
  /** Copies the queues. */
  public Receipt {
    queues = List.copyOf(queues);
  }
}
