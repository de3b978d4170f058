package io.wrkr.cli;

import io.wrkr.Queue;

/**
 * How many deliveries may still be acked. While all places are taken the queue is paused, so that
 * nothing is claimed in vain. Thread-safe.
 */
final class Quota {
  private final Queue queue;
  private final Runnable used;
  private long free;
  private long left;

  /** Creates a quota that calls {@code used} after so many acks. */
  Quota(long count, Queue queue, Runnable used) {
    this.free = count;
    this.left = count;
    this.queue = queue;
    this.used = used;
  }

  /** Takes a place; false if there is none. */
  synchronized boolean take() {
    if (free == 0) {
      return false;
    }
    free--;
    if (free == 0) {
      queue.pause();
    }
    return true;
  }

  /** Gives a place back: its delivery was not acked. */
  synchronized void giveBack() {
    free++;
    queue.resume();
  }

  /** A delivery was acked in its place. */
  synchronized void acked() {
    left--;
    if (left == 0) {
      used.run();
    }
  }
}
