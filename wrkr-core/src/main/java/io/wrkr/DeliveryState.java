package io.wrkr;

/** Where a delivery is in its life. */
public enum DeliveryState {
  /** Waits for its due instant. */
  SCHEDULED,
  /** Due, and free to be claimed. */
  READY,
  /** Held by a worker. */
  LEASED,
  /** Waits for its next attempt. */
  RETRYING,
  /** Finished and archived. */
  DONE,
  /** Given up, kept as a dead letter. */
  DEAD
}
