package io.wrkr.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What the store's clock may have shown when, from the samples in a history.
 *
 * <p>A sample that showed S between t0 and t1 says that store time minus line time lies in [S - t1,
 * S - t0]. All samples of an epoch narrow its bounds; a fault of kind {@value #FAULT} begins a new
 * epoch, and while it begins both epochs' bounds may hold. Without a sample nothing is known.
 */
final class StoreClock {
  /** The kind of fault that moves the store's clock. */
  static final String FAULT = "clock";

  static final long MIN = Long.MIN_VALUE / 4;
  static final long MAX = Long.MAX_VALUE / 4;

  private static final class Epoch {
    long from;
    long to = History.NEVER;
    long low = MIN;
    long high = MAX;
  }

  private final List<Epoch> epochs = new ArrayList<>();
  private boolean wentBack;

  StoreClock(History history) {
    Epoch first = new Epoch();
    first.from = Long.MIN_VALUE;
    epochs.add(first);
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.FAULT
          && !history.has(row, Entry.MARKED)
          && history.nameText(row).equals(FAULT)) {
        begin(history.inv[row], history.end[row]);
      }
    }
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.CLOCK && history.ok(row)) {
        sample(history.inv[row], history.answer[row], history.end[row]);
      }
    }
    for (int i = 1; i < epochs.size(); i++) {
      wentBack |= epochs.get(i).low < epochs.get(i - 1).high;
    }
  }

  /** Tells whether the clock may have been set back. */
  boolean mayGoBack() {
    return wentBack;
  }

  /** Returns the earliest that the store's clock may have shown in the given time. */
  long low(long from, long to) {
    long low = MAX;
    for (Epoch epoch : epochs) {
      if (epoch.from <= to && epoch.to >= from) {
        long at = Math.floorDiv(Math.max(from, epoch.from), 1_000);
        low = Math.min(low, epoch.low == MIN ? MIN : at + epoch.low);
      }
    }
    return low;
  }

  /** Returns the latest that the store's clock may have shown in the given time. */
  long high(long from, long to) {
    if (to == History.NEVER) {
      return MAX;
    }
    long high = MIN;
    for (Epoch epoch : epochs) {
      if (epoch.from <= to && epoch.to >= from) {
        long at = Math.floorDiv(Math.min(to, epoch.to), 1_000) + 1;
        high = Math.max(high, epoch.high == MAX ? MAX : at + epoch.high);
      }
    }
    return high;
  }

  /**
   * Returns by when on the time line the store's clock certainly has reached an instant for good.
   */
  long reachedBy(long store) {
    long reached = Long.MIN_VALUE;
    for (Epoch epoch : epochs) {
      if (epoch.low == MIN || store >= MAX) {
        return History.NEVER;
      }
      long at = store <= MIN ? Long.MIN_VALUE : (store - epoch.low) * 1_000;
      boolean inEpoch = at <= epoch.to;
      if (inEpoch && at > epoch.from) {
        reached = Math.max(reached, at);
      } else if (!inEpoch) {
        reached = Math.max(reached, epoch.to);
      }
    }
    return reached;
  }

  private void begin(long from, long to) {
    Epoch last = epochs.get(epochs.size() - 1);
    last.to = to;
    Epoch next = new Epoch();
    next.from = from;
    epochs.add(next);
  }

  private void sample(long begun, long store, long ended) {
    for (Epoch epoch : epochs) {
      boolean alone = true;
      for (Epoch other : epochs) {
        alone &= other == epoch || other.from > ended || other.to < begun;
      }
      if (alone && epoch.from <= begun && epoch.to >= ended) {
        epoch.low = Math.max(epoch.low, store - Math.floorDiv(ended, 1_000) - 1);
        epoch.high = Math.min(epoch.high, store - Math.floorDiv(begun, 1_000));
      }
    }
  }
}
