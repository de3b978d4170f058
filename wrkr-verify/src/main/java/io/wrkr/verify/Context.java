package io.wrkr.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** A history prepared for the checks, and the findings they add. */
final class Context {
  final History history;
  final StoreClock clock;
  final Subscriptions subscriptions;
  final Evidence evidence;
  final List<Finding> findings = new ArrayList<>();

  /** The most attempts by queue; 0 where nobody said. */
  final int[] maxAttempts;

  final boolean[] ordered;

  /** How long after the heal a ready delivery may wait, by queue; 0 for any time. */
  final long[] patience;

  /** When the last fault was over, or {@link History#NEVER}. */
  final long healed;

  Context(History history) {
    this.history = history;
    clock = new StoreClock(history);
    subscriptions = new Subscriptions(history);
    evidence = new Evidence(history, subscriptions);
    maxAttempts = new int[history.queues.size()];
    ordered = new boolean[history.queues.size()];
    patience = new long[history.queues.size()];
    long heal = History.NEVER;
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.CONFIG) {
        maxAttempts[history.queue[row]] = history.attempt[row];
        ordered[history.queue[row]] = history.has(row, Entry.MARKED);
        patience[history.queue[row]] = history.value[row];
      } else if (history.op[row] == Op.HEAL) {
        heal = history.inv[row];
      }
    }
    healed = heal;
  }

  void add(Invariant invariant, int event, int queue, String text) {
    findings.add(new Finding(invariant, event, queue, text));
  }

  /** Adds a finding about the delivery that a row names. */
  void add(Invariant invariant, int row, String text) {
    int queue = history.op[row] == Op.PUB ? -1 : history.queue[row];
    add(invariant, history.event[row], queue, text);
  }

  /** Tells whether anything but a publish shows that the event was stored. */
  boolean seen(int event) {
    return any(event, row -> history.op[row] == Op.ROW || history.yes(row));
  }

  /** Tells whether an operation of unknown outcome may have ended the event before it was seen. */
  boolean mayHaveVanished(int event) {
    return any(event, row -> history.outcome[row] == Outcome.INFO);
  }

  private boolean any(int event, IntPredicate condition) {
    for (int queue = 0; queue < history.queues.size(); queue++) {
      int delivery = evidence.delivery(event, queue);
      for (int i = delivery < 0 ? 0 : evidence.from[delivery];
          delivery >= 0 && i < evidence.from[delivery + 1];
          i++) {
        if (condition.test(evidence.rows[i])) {
          return true;
        }
      }
    }
    return false;
  }

  int publishes(int event) {
    return evidence.publishesFrom[event + 1] - evidence.publishesFrom[event];
  }
}
