package io.wrkr.verify;

import io.wrkr.DeliveryState;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks that after the last fault work goes on (I12): no ready delivery stays unclaimed longer
 * than its queue's patience, and none is pending in a snapshot that was taken as drained.
 */
final class ProgressCheck {
  private final Context context;
  private final History history;
  private final Evidence evidence;

  ProgressCheck(Context context) {
    this.context = context;
    this.history = context.history;
    this.evidence = context.evidence;
  }

  void run() {
    Set<Long> parked = parkedTids();
    boolean drained = evidence.snapshot >= 0 && history.yes(evidence.snapshot);
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      int queue = evidence.queue(delivery);
      boolean inOrder = context.ordered[queue] && tid(delivery) != 0;
      if (drained && isPending(delivery) && !(inOrder && parked.contains(place(delivery)))) {
        add(delivery, "pending after the drain");
      } else if (context.patience[queue] > 0 && context.healed != History.NEVER && !inOrder) {
        checkWaits(delivery, context.patience[queue]);
      }
    }
  }

  private Set<Long> parkedTids() {
    Set<Long> parked = new HashSet<>();
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      int row = evidence.inSnapshot(delivery);
      if (row >= 0 && history.item[row] == DeliveryState.DEAD.ordinal()) {
        parked.add(place(delivery));
      }
    }
    return parked;
  }

  private long place(int delivery) {
    return tid(delivery) * 31 + evidence.queue(delivery);
  }

  private long tid(int delivery) {
    int event = evidence.event(delivery);
    int first = evidence.publishesFrom[event];
    return context.publishes(event) == 0 ? 0 : history.key[evidence.publishes[first]];
  }

  private boolean isPending(int delivery) {
    int row = evidence.inSnapshot(delivery);
    return row >= 0
        && history.item[row] != DeliveryState.DEAD.ordinal()
        && history.item[row] != DeliveryState.DONE.ordinal();
  }

  /** Walks the delivery's operations by end, knowing by when it was ready again. */
  private void checkWaits(int delivery, long patience) {
    long ready = publishedReady(delivery);
    for (int row : byEnd(delivery)) {
      if (history.op[row] == Op.CLAIM) {
        if (isLate(ready, history.end[row], patience)) {
          add(delivery, "waited too long for " + Report.line(history, row));
          return;
        }
      }
      ready = readyAfter(row, ready);
    }
    if (isPending(delivery) && isLate(ready, history.inv[evidence.snapshot], patience)) {
      add(delivery, "ready, and never claimed again");
    }
  }

  private boolean isLate(long ready, long claimed, long patience) {
    return ready != History.NEVER
        && claimed != History.NEVER
        && claimed - Math.max(ready, context.healed) > patience;
  }

  private long publishedReady(int delivery) {
    int event = evidence.event(delivery);
    if (context.publishes(event) != 1) {
      return History.NEVER;
    }
    int row = evidence.publishes[evidence.publishesFrom[event]];
    boolean known = history.ok(row) && history.answer[row] != Entry.UNKNOWN;
    return known
        ? Math.max(history.end[row], context.clock.reachedBy(history.answer[row]))
        : History.NEVER;
  }

  private int[] byEnd(int delivery) {
    return Arrays.stream(evidence.rows, evidence.from[delivery], evidence.from[delivery + 1])
        .filter(row -> history.op[row].onDelivery() && history.outcome[row] != Outcome.FAIL)
        .boxed()
        .sorted(Comparator.comparingLong(row -> history.end[row]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private long readyAfter(int row, long before) {
    if (history.ok(row) && !history.yes(row)) {
      return before;
    }
    boolean measured =
        switch (history.op[row]) {
          case CLAIM, EXTEND, RETRY, RELEASE -> history.ok(row);
          default -> false;
        };
    if (!measured) {
      return history.op[row] == Op.REDRIVE && history.ok(row) ? history.end[row] : History.NEVER;
    }
    long high = context.clock.high(history.inv[row], history.end[row]);
    return Math.max(history.end[row], context.clock.reachedBy(high + history.value[row]));
  }

  private void add(int delivery, String what) {
    context.add(Invariant.I12, evidence.event(delivery), evidence.queue(delivery), what);
  }
}
