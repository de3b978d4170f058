package io.wrkr.verify;

import io.wrkr.verify.State.Kind;
import io.wrkr.verify.Subscriptions.Reach;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each operation may do to one delivery: the contract as a state machine.
 *
 * <p>{@link #step} says into which states an operation may lead from a state, or, if there is none,
 * which invariant it would violate. Instants are known by bounds only, so that a step is refused
 * only when it was certainly wrong. A claim whose answer was lost may have taken any ready delivery
 * of its queue; {@link LostClaims} bounds how many there can have been.
 */
final class DeliveryModel {
  /** By how much instants known by bounds may be off, in microseconds. */
  static final long SLACK = 1_000;

  /** By how much a dedupe window's edge may be off, in microseconds. */
  private static final long WINDOW_EDGE = 1_000_000;

  private static final long SECOND = 1_000_000;

  private final History history;
  private final StoreClock clock;
  private final LostClaims lostClaims;
  private final long[] prunedAfter;

  /** Set before a publish is stepped: whether it reaches the delivery's queue, and others. */
  Reach reach = Reach.MUST;

  boolean reachesOthers;

  /** What the last step led to. */
  final State[] next = new State[2];

  int count;

  DeliveryModel(History history, StoreClock clock) {
    this.history = history;
    this.clock = clock;
    this.lostClaims = new LostClaims(history);
    this.prunedAfter = prunes(history);
  }

  /** Steps and returns null, or the invariant that forbids it. */
  @Nullable Invariant step(State state, int row, int queue) {
    count = 0;
    return switch (history.op[row]) {
      case PUB -> publish(state, row);
      case CLAIM -> claim(state, row, queue);
      case ACK, RETRY, RELEASE, DEAD -> settle(state, row, queue);
      case EXTEND -> extend(state, row, queue);
      case CANCEL, RESCHEDULE -> take(state, row, queue);
      case REDRIVE, DISCARD -> repair(state, row);
      case DELETE -> goTo(state.ended(Kind.DISCARDED, StoreClock.MIN, StoreClock.MAX));
      default -> throw new IllegalStateException("No step for " + history.op[row]);
    };
  }

  long low(int row) {
    return clock.low(history.inv[row], history.end[row]);
  }

  long high(int row) {
    return clock.high(history.inv[row], history.end[row]);
  }

  /** Returns the least due instant that a publish asked for. */
  long requestedDue(int row) {
    return history.has(row, Entry.RELATIVE) ? low(row) + history.value[row] : history.value[row];
  }

  private @Nullable Invariant publish(State state, int row) {
    boolean ok = history.ok(row);
    boolean duplicate = history.has(row, Entry.DUPLICATE);
    boolean unsaid = !ok || history.has(row, Entry.NO_RECEIPT | Entry.UNTOLD);
    boolean sure = reach == Reach.MUST;
    if (state.kind() == Kind.ABSENT) {
      if (ok && !unsaid && !duplicate && lies(row)) {
        return Invariant.I3;
      }
      if (!duplicate) {
        goTo(made(row));
      }
      return duplicate && sure ? Invariant.I8 : sure ? null : goTo(state);
    }
    if (!state.isEnded() || suppresses(state, row)) {
      return unsaid || duplicate || reachesOthers || !sure ? goTo(state) : Invariant.I8;
    }
    if (!duplicate) {
      goTo(made(row));
    }
    boolean free = ok && duplicate && sure && isFree(state, row);
    return free ? Invariant.I8 : unsaid || duplicate || !sure ? goTo(state) : null;
  }

  private State made(int row) {
    long due = history.answer[row];
    int window = history.queue[row];
    long from = due == Entry.UNKNOWN ? requestedDue(row) : due;
    return new State(Kind.WAITING, 0, 0, from, 0, window, 0);
  }

  /** Tells whether the receipt's due instant is before the one that was asked for. */
  private boolean lies(int row) {
    return history.answer[row] != Entry.UNKNOWN && history.answer[row] + SLACK < requestedDue(row);
  }

  /** Tells whether the ended delivery certainly still suppresses another of its id. */
  private boolean suppresses(State state, int row) {
    long window = Math.min(state.window(), history.queue[row]) * SECOND;
    return state.from() > StoreClock.MIN && high(row) < state.from() + window - WINDOW_EDGE;
  }

  /** Tells whether the ended delivery's record was certainly past its window and pruned. */
  private boolean isFree(State state, int row) {
    long window = Math.max(state.window(), history.queue[row]) * SECOND;
    if (state.until() >= StoreClock.MAX) {
      return false;
    }
    for (int prune = 0; prune < prunedAfter.length; prune += 2) {
      long at = prunedAfter[prune];
      if (prunedAfter[prune + 1] < history.inv[row]
          && clock.low(at, at) > state.until() + window + WINDOW_EDGE) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Invariant claim(State state, int row, int queue) {
    Invariant wrong = refusesClaim(state.kind());
    if (wrong != null) {
      return wrong;
    }
    int unseen = history.attempt[row] - state.attempts() - 1;
    if (unseen < 0 || !lostClaims.allow(queue, state.lost() + unseen, history.end[row])) {
      return Invariant.I10;
    }
    int counted = state.isRescheduled() ? 0 : unseen;
    long from = state.from() + counted * lostClaims.shortestLease(queue);
    boolean exact = history.answer[row] != Entry.UNKNOWN;
    long high = exact ? history.answer[row] : high(row) + SLACK;
    if (high < from) {
      return state.kind() == Kind.LEASED || unseen > 0 ? Invariant.I6 : Invariant.I3;
    }
    if (history.key[row] <= state.token() + unseen) {
      return Invariant.I5;
    }
    long low = exact ? history.answer[row] : low(row);
    long end = Math.max(low, exact ? low : from) + history.value[row];
    return goTo(state.leased(history.key[row], history.attempt[row], end, state.lost() + unseen));
  }

  private static @Nullable Invariant refusesClaim(Kind kind) {
    return switch (kind) {
      case WAITING, LEASED -> null;
      case ABSENT -> Invariant.I2;
      case ACKED, DISCARDED -> Invariant.I4;
      case CANCELLED -> Invariant.I9;
      case DEAD -> Invariant.I10;
    };
  }

  private @Nullable Invariant settle(State state, int row, int queue) {
    if (history.ok(row) && !history.yes(row)) {
      return refused(state, row, queue, Invariant.I6);
    }
    if (!holds(state, row)) {
      return refusesSettle(state, row);
    }
    return switch (history.op[row]) {
      case ACK -> goTo(state.ended(Kind.ACKED, low(row), high(row)));
      case RETRY -> goTo(state.waiting(low(row) + history.value[row]));
      case RELEASE -> goTo(state.waiting(low(row) + history.value[row], state.attempts() - 1));
      default -> goTo(state.dead());
    };
  }

  private boolean holds(State state, int row) {
    return state.kind() == Kind.LEASED && state.token() == history.key[row];
  }

  private Invariant refusesSettle(State state, int row) {
    boolean ack = history.op[row] == Op.ACK;
    return switch (state.kind()) {
      case LEASED -> Invariant.I6;
      case ABSENT -> Invariant.I2;
      case WAITING -> Invariant.I5;
      case ACKED -> ack ? Invariant.I5 : Invariant.I4;
      case CANCELLED -> Invariant.I9;
      case DISCARDED -> Invariant.I4;
      case DEAD -> Invariant.I10;
    };
  }

  /** Steps an operation that answered "no", which it may not while its claim was in force. */
  private @Nullable Invariant refused(State state, int row, int queue, Invariant wrong) {
    if (!holds(state, row)) {
      return goTo(state);
    }
    return overtaken(state, row, queue) ? null : wrong;
  }

  /** Goes to the state after a lost claim took the delivery, if there can have been one. */
  private boolean overtaken(State state, int row, int queue) {
    if (!lostClaims.allow(queue, state.lost() + 1, history.end[row])
        || clock.high(Long.MIN_VALUE, history.end[row]) + SLACK < state.from()) {
      return false;
    }
    long end = state.from() + lostClaims.shortestLease(queue);
    goTo(state.leased(state.token() + 1, state.attempts() + 1, end, state.lost() + 1));
    return true;
  }

  private @Nullable Invariant extend(State state, int row, int queue) {
    if (history.ok(row) && !history.yes(row)) {
      return refused(state, row, queue, Invariant.I6);
    }
    if (!holds(state, row)) {
      return state.kind() == Kind.ABSENT ? Invariant.I2 : Invariant.I6;
    }
    long end = low(row) + history.value[row];
    return goTo(state.leased(state.token(), state.attempts(), end, state.lost()));
  }

  /** A cancel or a reschedule. */
  private @Nullable Invariant take(State state, int row, int queue) {
    if (history.ok(row) && !history.yes(row)) {
      boolean wrong = state.kind() == Kind.WAITING && !overtaken(state, row, queue);
      return wrong ? Invariant.I9 : count > 0 ? null : goTo(state);
    }
    boolean expired = state.kind() == Kind.LEASED && high(row) + SLACK >= state.from();
    if (state.kind() != Kind.WAITING && !expired) {
      return Invariant.I9;
    }
    return history.op[row] == Op.CANCEL
        ? goTo(state.ended(Kind.CANCELLED, low(row), high(row)))
        : goTo(state.rescheduled(history.value[row]));
  }

  /** A redrive or a discard. */
  private @Nullable Invariant repair(State state, int row) {
    boolean dead = state.kind() == Kind.DEAD;
    if (history.ok(row) && !history.yes(row)) {
      return dead ? Invariant.I10 : goTo(state);
    }
    if (!dead) {
      return Invariant.I10;
    }
    return history.op[row] == Op.DISCARD
        ? goTo(state.ended(Kind.DISCARDED, low(row), high(row)))
        : goTo(state.waiting(low(row), 0));
  }

  private @Nullable Invariant goTo(State state) {
    next[count++] = state;
    return null;
  }

  /** Returns invoke and end of every prune that left nothing to prune. */
  private static long[] prunes(History history) {
    return IntStream.range(0, history.rows)
        .filter(row -> history.op[row] == Op.PRUNE && history.has(row, Entry.MARKED))
        .mapToObj(row -> new long[] {history.inv[row], history.end[row]})
        .flatMapToLong(Arrays::stream)
        .toArray();
  }
}
