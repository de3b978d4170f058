package io.wrkr.spi;

import java.time.Duration;

/**
 * An event on its way into the store.
 *
 * @param event the event
 * @param due from when it may be claimed
 * @param dedupeWindow how long after a delivery's end the same id makes no further one
 * @param freshId whether the id was made for this very publish, so that only a repetition of it can
 *     have used it before; a caller who gave the id wants to know whether it is a duplicate
 */
public record OutgoingEvent(StoredEvent event, Due due, Duration dedupeWindow, boolean freshId) {

  /** Creates one whose id may have been used before. */
  public OutgoingEvent(StoredEvent event, Due due, Duration dedupeWindow) {
    this(event, due, dedupeWindow, false);
  }
}
