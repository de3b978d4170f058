package io.wrkr.verify;

import io.wrkr.verify.Subscriptions.Reach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that what must happen together did (I13): an ack and its follow-ups, the events of an
 * atomic batch. Losses and inventions of follow-ups that other checks found count here as well.
 */
final class AtomicCheck {
  private final Context context;
  private final History history;

  AtomicCheck(Context context) {
    this.context = context;
    this.history = context.history;
  }

  void run() {
    Map<Integer, List<Integer>> ties = new HashMap<>();
    Map<Long, List<Integer>> batches = new HashMap<>();
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.FOLLOW) {
        ties.computeIfAbsent(history.event[row], any -> new ArrayList<>()).add(row);
      } else if (history.op[row] == Op.PUB
          && history.has(row, Entry.ATOMIC)
          && history.outcome[row] == Outcome.INFO) {
        long batch = history.seq[row] - history.item[row] << 16 | history.process[row];
        batches.computeIfAbsent(batch, any -> new ArrayList<>()).add(row);
      }
    }
    Set<Integer> found = new HashSet<>();
    for (Finding finding : List.copyOf(context.findings)) {
      boolean half = finding.invariant() == Invariant.I1 || finding.invariant() == Invariant.I2;
      if (half && ties.containsKey(finding.event()) && found.add(finding.event())) {
        context.add(Invariant.I13, finding.event(), finding.queue(), "a follow-up is half done");
      }
    }
    ties.forEach(this::checkFollowUp);
    if (context.evidence.snapshot >= 0 && context.evidence.wide.isEmpty()) {
      batches.values().forEach(rows -> checkBatch(rows, ties.keySet()));
    }
  }

  /** If the parent was claimed again, the ack was not applied, and the child must not exist. */
  private void checkFollowUp(int child, List<Integer> ties) {
    if (!context.seen(child)) {
      return;
    }
    for (int tie : ties) {
      int parent = history.events.find(history.key[tie]);
      if (parent < 0 || !claimedAfter(parent, tie)) {
        return;
      }
    }
    if (context.publishes(child) == ties.size()) {
      context.add(Invariant.I13, child, -1, "stored, but the ack it belongs to was not applied");
    }
  }

  private boolean claimedAfter(int parent, int tie) {
    int delivery = context.evidence.delivery(parent, history.queue[tie]);
    for (int i = delivery < 0 ? 0 : context.evidence.from[delivery];
        delivery >= 0 && i < context.evidence.from[delivery + 1];
        i++) {
      int row = context.evidence.rows[i];
      if (history.op[row] == Op.CLAIM && history.key[row] > history.value[tie]) {
        return true;
      }
    }
    return false;
  }

  private void checkBatch(List<Integer> rows, Set<Integer> followUps) {
    int seen = 0;
    int missing = -1;
    for (int row : rows) {
      int event = history.event[row];
      if (context.publishes(event) > 1 || followUps.contains(event)) {
        return;
      }
      if (context.seen(event)) {
        seen++;
      } else if (mustReachSome(row) && !context.mayHaveVanished(event)) {
        missing = row;
      }
    }
    if (seen > 0 && missing >= 0) {
      context.add(
          Invariant.I13, missing, "not stored, though others of its atomic batch were: " + seen);
    }
  }

  private boolean mustReachSome(int row) {
    for (int queue = 0; queue < history.queues.size(); queue++) {
      if (context.subscriptions.reach(queue, history.name[row], history.inv[row], history.end[row])
          == Reach.MUST) {
        return true;
      }
    }
    return false;
  }
}
