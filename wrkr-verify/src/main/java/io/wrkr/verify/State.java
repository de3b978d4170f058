package io.wrkr.verify;

/**
 * Where a delivery is, as far as a history tells. Instants are of the store's clock.
 *
 * @param kind where it is in its life
 * @param token of the last claim
 * @param attempts counted so far
 * @param from waiting: not to be claimed before; leased: the lease certainly does not end before;
 *     ended: it did not end before
 * @param until ended: it ended no later; waiting: 1 if rescheduled, so that claims nobody saw may
 *     have come before that
 * @param window the dedupe window in seconds, given by the publish that made it
 * @param lost how many claims whose answers were lost are assumed to have taken it
 */
record State(Kind kind, long token, int attempts, long from, long until, int window, int lost) {
  enum Kind {
    ABSENT,
    WAITING,
    LEASED,
    DEAD,
    ACKED,
    CANCELLED,
    DISCARDED
  }

  static final State NEVER_MADE = new State(Kind.ABSENT, 0, 0, 0, 0, 0, 0);

  boolean isEnded() {
    return kind == Kind.ACKED || kind == Kind.CANCELLED || kind == Kind.DISCARDED;
  }

  boolean isPending() {
    return kind == Kind.WAITING || kind == Kind.LEASED;
  }

  State waiting(long due) {
    return new State(Kind.WAITING, token, attempts, due, 0, window, lost);
  }

  State rescheduled(long due) {
    return new State(Kind.WAITING, token, attempts, due, 1, window, lost);
  }

  boolean isRescheduled() {
    return kind == Kind.WAITING && until == 1;
  }

  State waiting(long due, int attempts) {
    return new State(Kind.WAITING, token, attempts, due, 0, window, lost);
  }

  State leased(long token, int attempts, long end, int lost) {
    return new State(Kind.LEASED, token, attempts, end, 0, window, lost);
  }

  State dead() {
    return new State(Kind.DEAD, token, attempts, 0, 0, window, lost);
  }

  State ended(Kind kind, long low, long high) {
    return new State(kind, token, attempts, low, high, window, lost);
  }
}
