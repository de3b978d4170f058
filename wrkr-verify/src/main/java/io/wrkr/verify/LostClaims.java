package io.wrkr.verify;

import java.util.Arrays;

/** The claims of each queue whose answers never came: each may have taken any ready delivery. */
final class LostClaims {
  private final long[][] invokes;
  private final long[] shortest;

  LostClaims(History history) {
    int queues = history.queues.size();
    int[] counts = new int[queues];
    for (int row = 0; row < history.rows; row++) {
      if (isLost(history, row)) {
        counts[history.queue[row]]++;
      }
    }
    invokes = new long[queues][];
    shortest = new long[queues];
    for (int queue = 0; queue < queues; queue++) {
      invokes[queue] = new long[counts[queue]];
      shortest[queue] = StoreClock.MAX;
    }
    for (int row = 0; row < history.rows; row++) {
      if (isLost(history, row)) {
        int queue = history.queue[row];
        invokes[queue][--counts[queue]] = history.inv[row];
        shortest[queue] = Math.min(shortest[queue], history.value[row]);
      }
    }
    for (long[] each : invokes) {
      Arrays.sort(each);
    }
  }

  /** Tells whether {@code count} lost claims of a queue can have taken effect by an instant. */
  boolean allow(int queue, int count, long by) {
    return count == 0 || (count <= invokes[queue].length && invokes[queue][count - 1] <= by);
  }

  /** Returns when the first lost claim of the queue was invoked. */
  long first(int queue) {
    return invokes[queue].length == 0 ? History.NEVER : invokes[queue][0];
  }

  /** Returns the shortest lease that a lost claim of the queue asked for. */
  long shortestLease(int queue) {
    return invokes[queue].length == 0 ? 0 : shortest[queue];
  }

  private static boolean isLost(History history, int row) {
    return history.op[row] == Op.CLAIM
        && history.outcome[row] == Outcome.INFO
        && history.event[row] < 0;
  }
}
