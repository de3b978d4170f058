package io.wrkr.verify;

/**
 * One record of a journal: eight words, of which the last holds the payload hash and a checksum.
 *
 * <p>Which field means what depends on the operation: {@code key} is a token, a tid's key or a
 * parent's event key; {@code value} an instant or a length of time in microseconds of the store's
 * clock. Times on the common time line are nanoseconds.
 */
final class Entry {
  static final int WORDS = 8;
  static final int BYTES = Long.BYTES * WORDS;

  /** Stands for an instant that nobody knows. */
  static final long UNKNOWN = Long.MIN_VALUE;

  static final int INVOKE = 0;
  static final int COMPLETE = 1;
  static final int POINT = 2;

  /** Answered true: applied, still held, found. */
  static final int YES = 1;

  /** The receipt said that no delivery was made. */
  static final int DUPLICATE = 2;

  /** The value is a delay, not an instant. */
  static final int RELATIVE = 4;

  /** The batch is stored as a whole or not at all. */
  static final int ATOMIC = 8;

  /** A change by further conditions: a "no" tells nothing, a "yes" only of somebody. */
  static final int WIDE = 16;

  /** The publish answered without a receipt. */
  static final int NO_RECEIPT = 32;

  /** The queue is ordered; the fault is planned; the prune left nothing to remove. */
  static final int MARKED = 64;

  /** The receipt does not tell whether a delivery was made. */
  static final int UNTOLD = 128;

  Op op = Op.TEXT;
  int phase;
  Outcome outcome = Outcome.OK;
  int flags;
  int process;
  int attempt;
  long seq;
  int item;
  long time;
  long event;
  int queue = -1;
  int name = -1;
  long key;
  long value;
  int hash;

  static Entry invoke(Op op, long seq) {
    Entry entry = new Entry();
    entry.op = op;
    entry.seq = seq;
    return entry;
  }

  static Entry complete(Op op, long seq, Outcome outcome) {
    Entry entry = invoke(op, seq);
    entry.phase = COMPLETE;
    entry.outcome = outcome;
    return entry;
  }

  static Entry point(Op op, long seq) {
    Entry entry = invoke(op, seq);
    entry.phase = POINT;
    return entry;
  }

  Entry flags(int flags) {
    this.flags |= flags;
    return this;
  }

  Entry yes(boolean yes) {
    return yes ? flags(YES) : this;
  }

  Entry item(int item) {
    this.item = item;
    return this;
  }

  Entry attempt(int attempt) {
    this.attempt = attempt;
    return this;
  }

  Entry event(long event) {
    this.event = event;
    return this;
  }

  Entry queue(int queue) {
    this.queue = queue;
    return this;
  }

  Entry name(int name) {
    this.name = name;
    return this;
  }

  Entry key(long key) {
    this.key = key;
    return this;
  }

  Entry value(long value) {
    this.value = value;
    return this;
  }

  Entry hash(int hash) {
    this.hash = hash;
    return this;
  }

  /** Writes the record's words, checksum zero, from {@code at} on. */
  void encode(long[] words, int at) {
    words[at] =
        op.ordinal()
            | phase << 8
            | outcome.ordinal() << 16
            | (flags & 0xffL) << 24
            | (process & 0xffffL) << 32
            | (attempt & 0xffffL) << 48;
    words[at + 1] = seq << 16 | (item & 0xffff);
    words[at + 2] = time;
    words[at + 3] = event;
    words[at + 4] = (queue & 0xffff_ffffL) | (long) name << 32;
    words[at + 5] = key;
    words[at + 6] = value;
    words[at + 7] = (long) hash << 32;
  }

  /** Fills this record from the words of {@code source}. */
  void decode(Words source, int record) {
    long head = source.word(record, 0);
    op = Op.of((int) head & 0xff);
    phase = (int) (head >>> 8) & 0xff;
    outcome = Outcome.of((int) (head >>> 16) & 0xff);
    flags = (int) (head >>> 24) & 0xff;
    process = (int) (head >>> 32) & 0xffff;
    attempt = (int) (head >>> 48) & 0xffff;
    long place = source.word(record, 1);
    seq = place >>> 16;
    item = (int) place & 0xffff;
    time = source.word(record, 2);
    event = source.word(record, 3);
    long names = source.word(record, 4);
    queue = (int) names;
    name = (int) (names >>> 32);
    key = source.word(record, 5);
    value = source.word(record, 6);
    hash = (int) (source.word(record, 7) >>> 32);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
