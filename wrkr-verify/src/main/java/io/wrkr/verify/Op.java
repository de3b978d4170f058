package io.wrkr.verify;

/** What a record of a history tells of. */
enum Op {
  /** A text and the number that stands for it in later records of the same journal. */
  TEXT,
  /** One event of a publish: name, tid, due, dedupe window, payload hash. */
  PUB,
  /** Ties an event published as a follow-up (PUB) to the delivery with whose ack it was stored. */
  FOLLOW,
  /** A subscription. */
  SUB,
  /** The end of a subscription. */
  UNSUB,
  /** A claim; completed once per delivery that it took. */
  CLAIM,
  /** A handler's run: invoke = START, completion = END. */
  HANDLE,
  /** The settlement "handled". */
  ACK,
  /** The settlement "to be tried again" (a nack). */
  RETRY,
  /** The settlement "given back, uncounted". */
  RELEASE,
  /** The settlement "dead letter". */
  DEAD,
  /** A lease lengthened. */
  EXTEND,
  /** Waiting deliveries removed. */
  CANCEL,
  /** Waiting deliveries given another due instant. */
  RESCHEDULE,
  /** Dead letters made due again. */
  REDRIVE,
  /** Dead letters removed. */
  DISCARD,
  /** A queue removed with all that it holds. */
  DELETE,
  /** Retention applied. */
  PRUNE,
  /** The counts of one queue. */
  STATS,
  /** A complete look into the store, not through the bus. */
  SNAP,
  /** One delivery found by a SNAP. */
  ROW,
  /** The store's clock, read between invoke and completion. */
  CLOCK,
  /** A fault, from its start (invoke) to its stop (completion). */
  FAULT,
  /** A process ended without notice. */
  CRASH,
  /** What the checker has to know of a queue: attempts, order, bounds. */
  CONFIG,
  /** From here on no fault is left. */
  HEAL,
  /** A nominal instant at which a recurrence has to publish, by an oracle. */
  EXPECT,
  /** The event that a recurrence published for a nominal instant. */
  FIRE;

  private static final Op[] ALL = values();

  static Op of(int ordinal) {
    return ALL[ordinal];
  }

  /** Tells whether the record names one delivery, and changes it or asks for a change. */
  boolean onDelivery() {
    return switch (this) {
      case CLAIM, ACK, RETRY, RELEASE, DEAD, EXTEND, CANCEL, RESCHEDULE, REDRIVE, DISCARD -> true;
      default -> false;
    };
  }

  /** Tells whether the operation ends a claim, guarded by the token. */
  boolean settles() {
    return this == ACK || this == RETRY || this == RELEASE || this == DEAD;
  }
}
