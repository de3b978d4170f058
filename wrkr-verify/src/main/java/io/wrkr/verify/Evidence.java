package io.wrkr.verify;

import io.wrkr.verify.Subscriptions.Reach;
import java.util.ArrayList;
import java.util.List;

/**
 * The history's rows by delivery: compressed sparse rows, filled by counting sort.
 *
 * <p>A delivery is here if any operation names it, or if a publish that succeeded must have made
 * it.
 */
final class Evidence {
  /** Rows that name a delivery, by delivery: from {@code from[d]} up to {@code from[d + 1]}. */
  final int[] rows;

  final int[] from;

  /** Publishes that may have happened, by event. */
  final int[] publishes;

  final int[] publishesFrom;

  /** Changes by conditions wider than one delivery. */
  final List<Integer> wide = new ArrayList<>();

  /** The row of the snapshot, or -1. */
  final int snapshot;

  private final History history;
  private final int queues;
  private final KeyIndex deliveries;

  /** The rows of the snapshot that found the delivery, + 1. */
  private final int[] found;

  Evidence(History history, Subscriptions subscriptions) {
    this.history = history;
    this.queues = Math.max(1, history.queues.size());
    this.deliveries = new KeyIndex(Math.max(16, history.events.size()));
    int last = -1;
    publishesFrom = new int[history.events.size() + 1];
    for (int row = 0; row < history.rows; row++) {
      last = history.op[row] == Op.SNAP && history.ok(row) ? row : last;
      if (isPublish(row)) {
        publishesFrom[history.event[row] + 1]++;
        addExpected(row, subscriptions);
      } else if (isWide(row)) {
        wide.add(row);
      } else if (names(row) && history.outcome[row] != Outcome.FAIL) {
        deliveries.add(key(history.event[row], history.queue[row]));
      }
    }
    snapshot = last;
    publishes = fillPublishes();
    from = new int[deliveries.size() + 1];
    found = new int[deliveries.size()];
    rows = fill();
  }

  int size() {
    return deliveries.size();
  }

  int event(int delivery) {
    return (int) (deliveries.key(delivery) / queues);
  }

  int queue(int delivery) {
    return (int) (deliveries.key(delivery) % queues);
  }

  int delivery(int event, int queue) {
    return deliveries.find(key(event, queue));
  }

  /** Returns the row by which the snapshot shows the delivery, or -1. */
  int inSnapshot(int delivery) {
    return found[delivery] - 1;
  }

  private void addExpected(int row, Subscriptions subscriptions) {
    if (!history.ok(row)) {
      return;
    }
    for (int queue = 0; queue < history.queues.size(); queue++) {
      int name = history.name[row];
      if (subscriptions.reach(queue, name, history.inv[row], history.end[row]) == Reach.MUST) {
        deliveries.add(key(history.event[row], queue));
      }
    }
  }

  private boolean isPublish(int row) {
    return history.op[row] == Op.PUB && history.outcome[row] != Outcome.FAIL;
  }

  private boolean isWide(int row) {
    Op op = history.op[row];
    boolean change = op == Op.DELETE || (op.onDelivery() && history.has(row, Entry.WIDE));
    return change && history.outcome[row] != Outcome.FAIL;
  }

  private boolean names(int row) {
    Op op = history.op[row];
    return (op.onDelivery() || op == Op.ROW || op == Op.HANDLE)
        && history.event[row] >= 0
        && history.queue[row] >= 0;
  }

  private int[] fillPublishes() {
    for (int event = 0; event < history.events.size(); event++) {
      publishesFrom[event + 1] += publishesFrom[event];
    }
    int[] at = publishesFrom.clone();
    int[] filled = new int[at[history.events.size()]];
    for (int row = 0; row < history.rows; row++) {
      if (isPublish(row)) {
        filled[at[history.event[row]]++] = row;
      }
    }
    return filled;
  }

  private int[] fill() {
    int[] delivery = new int[history.rows];
    for (int row = 0; row < history.rows; row++) {
      delivery[row] = names(row) && !isWide(row) ? find(row) : -1;
      if (delivery[row] >= 0) {
        from[delivery[row] + 1]++;
      }
    }
    for (int d = 0; d < size(); d++) {
      from[d + 1] += from[d];
    }
    int[] at = from.clone();
    int[] filled = new int[from[size()]];
    for (int row = 0; row < history.rows; row++) {
      if (delivery[row] >= 0) {
        filled[at[delivery[row]]++] = row;
      }
    }
    return filled;
  }

  private int find(int row) {
    int delivery = deliveries.find(key(history.event[row], history.queue[row]));
    if (delivery >= 0 && history.op[row] == Op.ROW && snapshot >= 0 && row > snapshot) {
      found[delivery] = row + 1;
    }
    return delivery;
  }

  private long key(int event, int queue) {
    return (long) event * queues + queue;
  }
}
