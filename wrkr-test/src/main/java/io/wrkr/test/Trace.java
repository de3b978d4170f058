package io.wrkr.test;

import io.wrkr.spi.StoredEvent;
import java.time.Instant;

/**
 * What became of one event in one queue; of an event that no queue wanted, in the queue {@code ""}.
 * Guarded by the {@link Journal}.
 */
final class Trace {
  final StoredEvent event;
  final Instant publishedAt;
  final Instant due;
  final String queue;
  int attempt;
  int retries;
  int handledAs;
  String reason = "";
  State state = State.WAITING;

  /** Where a delivery stands. */
  enum State {
    WAITING,
    CLAIMED,
    HANDLED,
    DEAD
  }

  Trace(StoredEvent event, Instant publishedAt, Instant due, String queue) {
    this.event = event;
    this.publishedAt = publishedAt;
    this.due = due;
    this.queue = queue;
  }

  boolean isHandled() {
    return state == State.HANDLED;
  }
}
