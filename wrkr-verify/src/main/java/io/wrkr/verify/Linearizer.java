package io.wrkr.verify;

import io.wrkr.verify.Subscriptions.Reach;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of one delivery's operations that the model allows: each takes effect at one
 * instant between its invoke and its end, those of unknown outcome later or never.
 *
 * <p>Wing and Gong's search with Lowe's memory of what was tried, run along time: configurations (a
 * state, and which of the operations under way have taken effect) are expanded only when an
 * operation returns that must have taken effect by then. Sequential histories, nearly all, thus
 * keep one configuration and take time linear in their length.
 */
final class Linearizer {
  private static final int MOST_CONFIGURATIONS = 20_000;
  private static final int SLOTS = 62;

  private record Configuration(State state, long applied) {}

  /** Why there is no order: the operation that found none, and what it would violate. */
  record Refusal(int row, Invariant invariant) {}

  private final History history;
  private final DeliveryModel model;

  private int[] rows = new int[16];
  private Reach[] reaches = new Reach[16];
  private int size;
  private int[] slotRow = new int[SLOTS];
  private long used;
  private List<Configuration> configurations = List.of();
  private boolean gaveUp;
  private long[] steps = new long[32];
  private int[] stepOps = new int[32];

  Linearizer(History history, DeliveryModel model) {
    this.history = history;
    this.model = model;
  }

  void clear() {
    size = 0;
    gaveUp = false;
  }

  int size() {
    return size;
  }

  /** Adds an operation that was not certainly without effect. */
  void add(int row, Reach reach) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
      reaches = Arrays.copyOf(reaches, 2 * size);
    }
    rows[size] = row;
    reaches[size++] = reach;
  }

  /** Tells whether the search was given up, so that nothing was found nor excluded. */
  boolean gaveUp() {
    return gaveUp;
  }

  /** Returns null if there is an order. */
  @Nullable Refusal search(int queue, boolean reachesOthers) {
    model.reachesOthers = reachesOthers;
    configurations = List.of(new Configuration(State.NEVER_MADE, 0));
    used = 0;
    int count = sortSteps();
    for (int i = 0; i < count && !gaveUp; i++) {
      int op = stepOps[i] >> 1;
      if ((stepOps[i] & 1) == 0) {
        open(op);
      } else {
        Refusal refusal = close(op, queue);
        if (refusal != null) {
          return gaveUp ? null : refusal;
        }
      }
    }
    return null;
  }

  /** Returns the states in which the delivery may be after all operations. */
  List<State> finalStates(int queue) {
    if (used == 0 && configurations.size() == 1) {
      return List.of(likelyState());
    }
    Set<State> states = new HashSet<>();
    Set<Configuration> seen = new HashSet<>(configurations);
    Deque<Configuration> open = new ArrayDeque<>(configurations);
    while (!open.isEmpty() && seen.size() < MOST_CONFIGURATIONS) {
      Configuration each = open.pop();
      states.add(each.state());
      for (int slot = 0; slot < SLOTS; slot++) {
        if (isOpen(each, slot)) {
          expand(each, slot, queue, seen, open);
        }
      }
    }
    return new ArrayList<>(states);
  }

  /** Returns the state of the first configuration, the one that assumes least. */
  State likelyState() {
    return configurations.get(0).state();
  }

  private int sortSteps() {
    if (stepOps.length < 2 * size) {
      steps = new long[4 * size];
      stepOps = new int[4 * size];
    }
    int count = 0;
    for (int op = 0; op < size; op++) {
      count = insert(history.inv[rows[op]], op << 1, count);
      if (history.end[rows[op]] != History.NEVER) {
        count = insert(history.end[rows[op]], op << 1 | 1, count);
      }
    }
    return count;
  }

  /** Inserts in order of time, invokes before ends of the same instant. */
  private int insert(long time, int op, int count) {
    int at = count;
    while (at > 0
        && (steps[at - 1] > time || (steps[at - 1] == time && (stepOps[at - 1] & 1) > (op & 1)))) {
      steps[at] = steps[at - 1];
      stepOps[at] = stepOps[at - 1];
      at--;
    }
    steps[at] = time;
    stepOps[at] = op;
    return count + 1;
  }

  private void open(int op) {
    if (Long.bitCount(used) == SLOTS) {
      gaveUp = true;
      return;
    }
    int slot = Long.numberOfTrailingZeros(~used);
    used |= 1L << slot;
    slotRow[slot] = op;
  }

  private @Nullable Refusal close(int op, int queue) {
    int slot = 0;
    while ((used & 1L << slot) == 0 || slotRow[slot] != op) {
      slot++;
    }
    boolean optional = history.has(rows[op], Entry.WIDE);
    if (!optional && configurations.size() == 1 && used == 1L << slot) {
      return closeAlone(slot, queue);
    }
    Refusal refusal = null;
    List<Configuration> kept = new ArrayList<>(1);
    Set<Configuration> seen = null;
    Deque<Configuration> open = new ArrayDeque<>(configurations);
    while (!open.isEmpty()) {
      Configuration each = open.pop();
      if ((each.applied() & 1L << slot) != 0) {
        keep(kept, new Configuration(each.state(), each.applied() & ~(1L << slot)));
        continue;
      }
      if (optional) {
        keep(kept, each);
      }
      Invariant wrong = apply(each, slot, queue, kept);
      if (wrong != null && (refusal == null || refusal.invariant() == Invariant.I2)) {
        refusal = new Refusal(rows[op], wrong);
      }
      if (used != 1L << slot) {
        seen = seen == null ? new HashSet<>(configurations) : seen;
        expandOthers(each, slot, queue, seen, open);
        gaveUp |= seen.size() > MOST_CONFIGURATIONS;
      }
      if (gaveUp) {
        return new Refusal(rows[op], Invariant.I1);
      }
    }
    used &= ~(1L << slot);
    if (kept.isEmpty()) {
      return refusal;
    }
    configurations = kept;
    return null;
  }

  /** Closes the only operation under way, in the only configuration: what nearly always happens. */
  private @Nullable Refusal closeAlone(int slot, int queue) {
    Configuration only = configurations.get(0);
    used = 0;
    if (only.applied() != 0) {
      configurations = List.of(new Configuration(only.state(), 0));
      return null;
    }
    model.reach = reaches[slotRow[slot]];
    int row = rows[slotRow[slot]];
    Invariant wrong = model.step(only.state(), row, queue);
    if (model.count == 0) {
      return new Refusal(row, wrong == null ? Invariant.I1 : wrong);
    }
    configurations =
        model.count == 1
            ? List.of(new Configuration(model.next[0], 0))
            : List.of(new Configuration(model.next[0], 0), new Configuration(model.next[1], 0));
    return null;
  }

  /** Applies the closing operation, and keeps what comes of it with its slot freed. */
  private @Nullable Invariant apply(
      Configuration from, int slot, int queue, List<Configuration> kept) {
    model.reach = reaches[slotRow[slot]];
    Invariant wrong = model.step(from.state(), rows[slotRow[slot]], queue);
    for (int i = 0; i < model.count; i++) {
      keep(kept, new Configuration(model.next[i], from.applied()));
    }
    return wrong;
  }

  private static void keep(List<Configuration> kept, Configuration configuration) {
    if (kept.isEmpty() || !kept.contains(configuration)) {
      kept.add(configuration);
    }
  }

  private void expandOthers(
      Configuration from,
      int closing,
      int queue,
      Set<Configuration> seen,
      Deque<Configuration> open) {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (slot != closing && isOpen(from, slot)) {
        expand(from, slot, queue, seen, open);
      }
    }
  }

  private boolean isOpen(Configuration configuration, int slot) {
    return (used & 1L << slot) != 0 && (configuration.applied() & 1L << slot) == 0;
  }

  private void expand(
      Configuration from, int slot, int queue, Set<Configuration> seen, Deque<Configuration> open) {
    model.reach = reaches[slotRow[slot]];
    model.step(from.state(), rows[slotRow[slot]], queue);
    for (int i = 0; i < model.count; i++) {
      Configuration next = new Configuration(model.next[i], from.applied() | 1L << slot);
      if (seen.add(next)) {
        open.addLast(next);
      }
    }
  }
}
