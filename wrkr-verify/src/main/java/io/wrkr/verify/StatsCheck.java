package io.wrkr.verify;

import io.wrkr.DeliveryState;
import io.wrkr.verify.Subscriptions.Reach;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Checks counts that were read against what the history allows (I11).
 *
 * <p>For the number of pending deliveries, and of dead ones, two step functions are built: the low
 * one counts a delivery from the end of what brought it in to the invoke of what may have taken it
 * out, the high one from the invoke of what may have brought it in to the end of what certainly
 * took it out. A read must lie between the least of the one and the most of the other while it ran.
 */
final class StatsCheck {
  private final Context context;
  private final History history;
  private final Evidence evidence;

  StatsCheck(Context context) {
    this.context = context;
    this.history = context.history;
    this.evidence = context.evidence;
  }

  void run() {
    for (int queue = 0; queue < history.queues.size(); queue++) {
      List<Integer> reads = new ArrayList<>();
      boolean deleted = false;
      for (int row = 0; row < history.rows; row++) {
        if (history.queue[row] == queue) {
          deleted |= history.op[row] == Op.DELETE;
          if (history.op[row] == Op.STATS && history.ok(row)) {
            reads.add(row);
          }
        }
      }
      if (!reads.isEmpty() && !deleted) {
        check(queue, reads);
      }
    }
  }

  private void check(int queue, List<Integer> reads) {
    Bounds pending = new Bounds();
    Bounds dead = new Bounds();
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      if (evidence.queue(delivery) == queue) {
        add(delivery, pending, dead);
      }
    }
    addUnseen(queue, pending);
    pending.freeze();
    dead.freeze();
    for (int row : reads) {
      long from = history.inv[row];
      long to = history.end[row];
      long counted = ready(row) + scheduled(row) + leased(row);
      if (!pending.allow(counted, from, to)) {
        add(row, "counts " + counted + " pending, possible are " + pending.describe(from, to));
      } else if (!dead.allow(dead(row), from, to)) {
        add(row, "counts " + dead(row) + " dead, possible are " + dead.describe(from, to));
      } else if (isAtRest(row)) {
        checkAtRest(queue, row);
      }
    }
  }

  /** Adds what publishes may have made though nothing else tells of it. */
  private void addUnseen(int queue, Bounds pending) {
    for (int event = 0; event < history.events.size(); event++) {
      if (evidence.delivery(event, queue) < 0) {
        List<Integer> enters = new ArrayList<>();
        for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
          if (reach(queue, evidence.publishes[i]) != Reach.NOT) {
            enters.add(evidence.publishes[i]);
          }
        }
        pending.add(enters, new ArrayList<>(), queue);
      }
    }
  }

  /** After the snapshot nothing changes but by time: leases and waits can only end. */
  private void checkAtRest(int queue, int row) {
    long[] counts = new long[DeliveryState.values().length];
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      int found = evidence.inSnapshot(delivery);
      if (found >= 0 && history.queue[found] == queue) {
        counts[history.item[found]]++;
      }
    }
    long scheduled =
        counts[DeliveryState.SCHEDULED.ordinal()] + counts[DeliveryState.RETRYING.ordinal()];
    if (leased(row) > counts[DeliveryState.LEASED.ordinal()]
        || scheduled(row) > scheduled
        || ready(row) < counts[DeliveryState.READY.ordinal()]) {
      add(row, "does not agree with the snapshot at rest");
    }
  }

  private boolean isAtRest(int read) {
    if (evidence.snapshot < 0 || history.inv[read] < history.inv[evidence.snapshot]) {
      return false;
    }
    long since = history.inv[evidence.snapshot];
    for (int row = 0; row < history.rows; row++) {
      boolean changes = history.op[row].onDelivery() || history.op[row] == Op.PUB;
      if (changes && (history.outcome[row] == Outcome.INFO || history.end[row] >= since)) {
        return false;
      }
    }
    return true;
  }

  private void add(int delivery, Bounds pending, Bounds dead) {
    List<Integer> enters = new ArrayList<>();
    List<Integer> leaves = new ArrayList<>();
    List<Integer> dies = new ArrayList<>();
    List<Integer> revives = new ArrayList<>();
    int event = evidence.event(delivery);
    int queue = evidence.queue(delivery);
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      int row = evidence.publishes[i];
      if (reach(queue, row) != Reach.NOT && !history.has(row, Entry.DUPLICATE)) {
        enters.add(row);
      }
    }
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      sort(evidence.rows[i], enters, leaves, dies, revives);
    }
    for (int row : evidence.wide) {
      sort(row, enters, leaves, dies, revives);
    }
    pending.add(enters, leaves, queue);
    dead.add(dies, revives, queue);
  }

  private void sort(
      int row,
      List<Integer> enters,
      List<Integer> leaves,
      List<Integer> dies,
      List<Integer> revives) {
    if (!history.may(row)) {
      return;
    }
    switch (history.op[row]) {
      case ACK, CANCEL -> leaves.add(row);
      case DEAD -> {
        leaves.add(row);
        dies.add(row);
      }
      case REDRIVE -> {
        enters.add(row);
        revives.add(row);
      }
      case DISCARD -> revives.add(row);
      default -> {}
    }
  }

  private Reach reach(int queue, int publish) {
    return context.subscriptions.reach(
        queue, history.name[publish], history.inv[publish], history.end[publish]);
  }

  private boolean isCertain(int row, int queue) {
    if (history.op[row] == Op.PUB) {
      return history.ok(row) && reach(queue, row) == Reach.MUST && isFirst(row);
    }
    return history.yes(row) && !history.has(row, Entry.WIDE);
  }

  /** Tells whether no other publish of the event can have come before: a later one may add none. */
  private boolean isFirst(int publish) {
    int event = history.event[publish];
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      int other = evidence.publishes[i];
      if (other != publish && history.inv[other] < history.end[publish]) {
        return false;
      }
    }
    return true;
  }

  private void add(int row, String what) {
    context.add(Invariant.I11, row, history.queueName(row) + " " + what);
  }

  private long ready(int row) {
    return history.key[row] & 0xffff_ffffL;
  }

  private long scheduled(int row) {
    return history.key[row] >>> 32;
  }

  private long leased(int row) {
    return history.answer[row] & 0xffff_ffffL;
  }

  private long dead(int row) {
    return history.answer[row] >>> 32;
  }

  /** The least and the most that a counter can have been, over time. */
  private final class Bounds {
    private final List<long[]> lowSteps = new ArrayList<>();
    private final List<long[]> highSteps = new ArrayList<>();
    private long[][] low = {};
    private long[][] high = {};

    /** Adds a delivery, given what may have brought it in and what may have taken it out. */
    void add(List<Integer> enters, List<Integer> leaves, int queue) {
      Comparator<Integer> byInvoke = Comparator.comparingLong(row -> history.inv[row]);
      enters.sort(byInvoke);
      leaves.sort(byInvoke);
      long lowUntil = Long.MIN_VALUE;
      long highUntil = Long.MIN_VALUE;
      for (int enter : enters) {
        long from = history.end[enter];
        if (isCertain(enter, queue) && from >= lowUntil) {
          lowUntil = firstPossibleLeave(leaves, enter);
          step(lowSteps, from, lowUntil);
        }
        long begin = Math.max(history.inv[enter], highUntil);
        long until = firstCertainLeave(leaves, enter, queue, enters.size() == 1);
        if (until > begin) {
          step(highSteps, begin, until);
          highUntil = until;
        }
      }
    }

    /** Returns the first invoke of what may have taken it out after it came in. */
    private long firstPossibleLeave(List<Integer> leaves, int enter) {
      for (int leave : leaves) {
        if (history.end[leave] > history.inv[enter]) {
          return Math.max(history.inv[leave], history.end[enter]);
        }
      }
      return History.NEVER;
    }

    private long firstCertainLeave(List<Integer> leaves, int enter, int queue, boolean only) {
      long first = History.NEVER;
      for (int leave : leaves) {
        boolean after = only || history.inv[leave] >= history.end[enter];
        if (after && isCertain(leave, queue)) {
          first = Math.min(first, history.end[leave]);
        }
      }
      return first;
    }

    private void step(List<long[]> steps, long from, long until) {
      if (until > from) {
        steps.add(new long[] {from, 1});
        if (until != History.NEVER) {
          steps.add(new long[] {until, -1});
        }
      }
    }

    void freeze() {
      low = sum(lowSteps);
      high = sum(highSteps);
    }

    private long[][] sum(List<long[]> steps) {
      long[][] sorted = steps.toArray(long[][]::new);
      Arrays.sort(sorted, Comparator.comparingLong(step -> step[0]));
      long total = 0;
      for (long[] step : sorted) {
        total += step[1];
        step[1] = total;
      }
      return sorted;
    }

    boolean allow(long count, long from, long to) {
      return count >= least(from, to) && count <= most(from, to);
    }

    String describe(long from, long to) {
      return least(from, to) + " to " + most(from, to);
    }

    private long least(long from, long to) {
      int i = last(low, from - 1);
      long least = i < 0 ? 0 : low[i][1];
      while (++i < low.length && low[i][0] <= to) {
        least = Math.min(least, low[i][1]);
      }
      return least;
    }

    private long most(long from, long to) {
      int i = last(high, from - 1);
      long most = i < 0 ? 0 : high[i][1];
      while (++i < high.length && high[i][0] <= to) {
        most = Math.max(most, high[i][1]);
      }
      return most;
    }

    /** Returns the index of the last step at or before an instant, or -1. */
    private int last(long[][] steps, long at) {
      int from = 0;
      int to = steps.length;
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (steps[middle][0] <= at) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return from - 1;
    }
  }
}
