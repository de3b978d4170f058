package io.wrkr.verify;

import java.util.Arrays;

/**
 * What has to happen in some simulation, or the simulations prove less than they seem to: each is
 * counted, and none may stay at zero.
 */
enum Sometimes {
  CALL_REFUSED,
  REQUEST_LOST,
  ANSWER_LOST,
  CALL_APPLIED_LATE,
  CALL_APPLIED_TWICE,
  BATCH_HALF_DONE,
  PUBLISH_REPEATED,
  PUBLISH_DUPLICATE_ANSWERED,
  PUBLISH_GIVEN_UP,
  SAME_ID_PUBLISHED_AGAIN,
  INSTANCE_CRASHED_IDLE,
  INSTANCE_CRASHED_UNDER_HANDLER,
  INSTANCE_PAUSED,
  INSTANCE_PAUSED_BEYOND_LEASE,
  INSTANCE_STOPPED,
  STOP_GAVE_BACK,
  STORE_CLOCK_FORWARD,
  STORE_CLOCK_BACK,
  STORE_CLOCK_MOVED_UNDER_LEASE,
  CONCURRENCY_CHANGED,
  QUEUE_PAUSED,
  SUBSCRIBED_WHILE_RUNNING,
  UNSUBSCRIBED_WHILE_PUBLISHING,
  CLAIM_CAME_FULL,
  CLAIM_CAME_EMPTY,
  CLAIM_FAILED,
  CLAIM_GAVE_BACK_SUSPECTS,
  RESERVE_WAITED,
  LEASE_EXTENDED,
  EXTEND_REFUSED,
  EXTEND_FAILED,
  LEASE_ENDED_BEFORE_START,
  LEASE_ENDED_UNDER_HANDLER,
  ZOMBIE_ACK_REFUSED,
  SETTLE_REPEATED,
  SETTLE_GIVEN_UP,
  HANDLER_THREW,
  HANDLER_HUNG,
  RETRIED_TO_SUCCESS,
  LAST_ATTEMPT_FAILED,
  LAST_ATTEMPT_LOST,
  DEAD_LETTER_REDRIVEN,
  DEAD_LETTER_DISCARDED,
  DEAD_HEAD_PARKED_FOLLOWERS,
  CANCEL_WON,
  CANCEL_LOST,
  FOLLOW_UP_PUBLISHED;

  /** Counts of one or several simulations. */
  static final class Counts {
    private final long[] counts = new long[values().length];

    void hit(Sometimes what) {
      counts[what.ordinal()]++;
    }

    void add(Counts others) {
      Arrays.setAll(counts, i -> counts[i] + others.counts[i]);
    }

    long of(Sometimes what) {
      return counts[what.ordinal()];
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      for (Sometimes each : values()) {
        text.append(each).append('=').append(of(each)).append(' ');
      }
      return text.toString().strip();
    }
  }
}
