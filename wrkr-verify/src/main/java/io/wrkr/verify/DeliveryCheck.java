package io.wrkr.verify;

import io.wrkr.DeliveryState;
import io.wrkr.verify.State.Kind;
import io.wrkr.verify.Subscriptions.Reach;
import org.jspecify.annotations.Nullable;

/**
 * Checks each delivery by itself: that its operations have an order which the model allows (I1 to
 * I6, I8 to I10), that it ended where the snapshot shows it, that its content came unchanged, and
 * that its handlers ran under its claims.
 */
final class DeliveryCheck {
  private static final DeliveryState[] STATES = DeliveryState.values();

  private final Context context;
  private final History history;
  private final Evidence evidence;
  private final DeliveryModel model;
  private final Linearizer linearizer;
  private int undecided;

  DeliveryCheck(Context context) {
    this.context = context;
    this.history = context.history;
    this.evidence = context.evidence;
    this.model = new DeliveryModel(history, context.clock);
    this.linearizer = new Linearizer(history, model);
  }

  void run() {
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      check(delivery);
      checkHandlers(delivery);
    }
  }

  /** Returns for how many deliveries the search was given up. */
  int undecided() {
    return undecided;
  }

  private void check(int delivery) {
    int event = evidence.event(delivery);
    int queue = evidence.queue(delivery);
    collect(delivery, event, queue);
    Linearizer.Refusal refusal = linearizer.search(queue, reachesOthers(event, queue));
    if (linearizer.gaveUp()) {
      undecided++;
    } else if (refusal != null) {
      int row = refusal.row();
      context.add(
          refusal.invariant(), event, queue, "no order allows " + Report.line(history, row));
    } else if (evidence.snapshot >= 0) {
      checkEnd(delivery, event, queue);
    }
    checkContent(delivery, event, queue);
  }

  private void collect(int delivery, int event, int queue) {
    linearizer.clear();
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      Reach reach = reach(evidence.publishes[i], queue);
      if (reach != Reach.NOT) {
        linearizer.add(evidence.publishes[i], reach);
      }
    }
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      if (history.op[row].onDelivery() && history.outcome[row] != Outcome.FAIL) {
        linearizer.add(row, Reach.MUST);
      }
    }
    for (int row : evidence.wide) {
      boolean matches =
          (history.event[row] < 0 || history.event[row] == event)
              && (history.queue[row] < 0 || history.queue[row] == queue);
      if (matches && history.may(row)) {
        linearizer.add(row, Reach.MUST);
      }
    }
  }

  private Reach reach(int publish, int queue) {
    return context.subscriptions.reach(
        queue, history.name[publish], history.inv[publish], history.end[publish]);
  }

  private boolean reachesOthers(int event, int queue) {
    if (history.queues.size() == 1) {
      return false;
    }
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      for (int other = 0; other < history.queues.size(); other++) {
        if (other != queue && reach(evidence.publishes[i], other) != Reach.NOT) {
          return true;
        }
      }
    }
    return false;
  }

  private void checkEnd(int delivery, int event, int queue) {
    int snapshot = evidence.snapshot;
    int rowsFound = 0;
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      boolean isRow = history.op[row] == Op.ROW;
      rowsFound += isRow && row > snapshot ? 1 : 0;
      boolean open = history.end[row] != History.NEVER && history.end[row] >= history.inv[snapshot];
      if (!isRow && (open || history.inv[row] >= history.inv[snapshot])) {
        return;
      }
    }
    if (rowsFound > 1) {
      context.add(Invariant.I5, event, queue, "the snapshot shows the delivery " + rowsFound + "x");
    }
    int row = evidence.inSnapshot(delivery);
    @Nullable DeliveryState found = row < 0 ? null : STATES[history.item[row]];
    for (State state : linearizer.finalStates(queue)) {
      if (agrees(state.kind(), found)) {
        return;
      }
    }
    Kind kind = linearizer.likelyState().kind();
    String shown = found == null ? "nothing" : found.toString();
    context.add(
        wrongEnd(kind, found), event, queue, "must be " + kind + ", the snapshot shows " + shown);
  }

  private static boolean agrees(Kind kind, @Nullable DeliveryState found) {
    if (found == null) {
      return kind != Kind.WAITING && kind != Kind.LEASED && kind != Kind.DEAD;
    }
    return switch (found) {
      case DONE -> kind == Kind.ACKED;
      case DEAD -> kind == Kind.DEAD;
      default -> kind == Kind.WAITING || kind == Kind.LEASED;
    };
  }

  private static Invariant wrongEnd(Kind kind, @Nullable DeliveryState found) {
    if (kind == Kind.ABSENT) {
      return Invariant.I2;
    }
    if (kind == Kind.CANCELLED) {
      return Invariant.I9;
    }
    boolean dead = found == DeliveryState.DEAD || (kind == Kind.DEAD && found != null);
    return dead ? Invariant.I10 : Invariant.I1;
  }

  /** Every claim must bring what one of the event's publishes gave. */
  private void checkContent(int delivery, int event, int queue) {
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      if (history.op[row] == Op.CLAIM && context.publishes(event) > 0 && !isGiven(event, row)) {
        context.add(Invariant.I2, event, queue, "content changed in " + Report.line(history, row));
      }
    }
  }

  private boolean isGiven(int event, int claim) {
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      if (history.hash[evidence.publishes[i]] == history.hash[claim]) {
        return true;
      }
    }
    return false;
  }

  private void checkHandlers(int delivery) {
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      if (history.op[row] == Op.HANDLE) {
        checkHandler(delivery, row);
      } else if (history.op[row] == Op.RETRY && history.yes(row)) {
        int most = context.maxAttempts[history.queue[row]];
        if (most > 0 && attemptOf(delivery, row) >= most) {
          context.add(Invariant.I10, row, "retried after the last attempt of " + most);
        }
      } else if (history.op[row] == Op.DEAD && history.yes(row)) {
        checkGivenUp(delivery, row);
      }
    }
  }

  private void checkHandler(int delivery, int start) {
    int claim = find(delivery, Op.CLAIM, start);
    if (claim < 0 || history.end[claim] > history.inv[start]) {
      context.add(Invariant.I2, start, "handled without a claim: " + Report.line(history, start));
      return;
    }
    if (count(delivery, Op.HANDLE, start) > count(delivery, Op.CLAIM, start)) {
      context.add(Invariant.I5, start, "one claim handled twice: " + Report.line(history, start));
    }
    int most = context.maxAttempts[history.queue[start]];
    if (most > 0 && history.attempt[claim] > most) {
      context.add(
          Invariant.I10, start, "handled beyond " + most + ": " + Report.line(history, start));
    }
    checkStart(start);
  }

  /** The START itself, not only the claim, must not be before the due instant. */
  private void checkStart(int start) {
    long at = history.inv[start];
    int event = history.event[start];
    long least = StoreClock.MAX;
    for (int i = evidence.publishesFrom[event]; i < evidence.publishesFrom[event + 1]; i++) {
      least = Math.min(least, model.requestedDue(evidence.publishes[i]));
    }
    boolean moved = context.clock.mayGoBack() || isRescheduled(event, history.queue[start]);
    if (least != StoreClock.MAX
        && !moved
        && context.clock.high(at, at) + DeliveryModel.SLACK < least) {
      context.add(Invariant.I3, start, "early: " + Report.line(history, start));
    }
  }

  private boolean isRescheduled(int event, int queue) {
    int delivery = evidence.delivery(event, queue);
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      if (history.op[evidence.rows[i]] == Op.RESCHEDULE) {
        return true;
      }
    }
    return !evidence.wide.isEmpty();
  }

  /** A handler that threw before the last attempt must be followed by a retry, not by the end. */
  private void checkGivenUp(int delivery, int dead) {
    int run = find(delivery, Op.HANDLE, dead);
    boolean threw =
        run >= 0
            && history.ok(run)
            && !history.has(run, Entry.YES)
            && !history.has(run, Entry.MARKED);
    int most = context.maxAttempts[history.queue[dead]];
    if (threw && attemptOf(delivery, dead) < most) {
      context.add(Invariant.I10, dead, "dead before attempt " + most);
    }
  }

  private int attemptOf(int delivery, int row) {
    int claim = find(delivery, Op.CLAIM, row);
    return claim < 0 ? 0 : history.attempt[claim];
  }

  /** Returns the last row of this kind with the same token that began before another, or -1. */
  private int find(int delivery, Op op, int like) {
    int found = -1;
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      if (isLike(row, op, like)
          && history.inv[row] <= history.inv[like]
          && (found < 0 || history.inv[row] > history.inv[found])) {
        found = row;
      }
    }
    return found;
  }

  /** Counts the rows of this kind with the same token: more than one only after its window. */
  private int count(int delivery, Op op, int like) {
    int count = 0;
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      count += isLike(evidence.rows[i], op, like) ? 1 : 0;
    }
    return count;
  }

  private boolean isLike(int row, Op op, int like) {
    return history.op[row] == op && history.key[row] == history.key[like];
  }
}
