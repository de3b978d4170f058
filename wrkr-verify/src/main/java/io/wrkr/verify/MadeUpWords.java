package io.wrkr.verify;

/**
 * A long valid history that takes no memory: every word is worked out when it is read.
 *
 * <p>Events come in blocks; of each block all are published, then claimed, handled and acked.
 */
final class MadeUpWords implements Words {
  private static final int BLOCK = 64;
  private static final int PHASES = 8;
  private static final int HEAD = 6;
  private static final long OFFSET = 1_000_000_000_000L;

  private final int blocks;
  private final MemoryJournal head = new MemoryJournal();
  private final long[] words = new long[Entry.WORDS];
  private int encoded = -1;

  MadeUpWords(int events) {
    blocks = (events + BLOCK - 1) / BLOCK;
    head.append(Entry.invoke(Op.CLOCK, head.reserve(1)));
    head.append(Entry.complete(Op.CLOCK, 1, Outcome.OK).value(OFFSET));
    long seq = head.reserve(1);
    head.append(Entry.invoke(Op.SUB, seq).queue(head.text("q")).name(head.text("a.b")));
    head.append(Entry.complete(Op.SUB, seq, Outcome.OK).yes(true));
  }

  @Override
  public int records() {
    return HEAD + blocks * BLOCK * PHASES + 2;
  }

  @Override
  public long word(int record, int word) {
    if (record < HEAD) {
      return head.word(record, word);
    }
    if (record != encoded) {
      encoded = record;
      make(record - HEAD);
    }
    return words[word];
  }

  private void make(int record) {
    int block = record / (BLOCK * PHASES);
    int phase = record / BLOCK % PHASES;
    int event = block * BLOCK + record % BLOCK;
    Entry made = block == blocks ? snapshot(record & 1) : operation(event, phase);
    made.time = 1_000 + record * 1_000L;
    if (phase == 1) {
      made.value(OFFSET + made.time / 1_000);
    }
    made.encode(words, 0);
  }

  private Entry snapshot(int phase) {
    long seq = 3 + 4L * blocks * BLOCK;
    return phase == 0
        ? Entry.invoke(Op.SNAP, seq)
        : Entry.complete(Op.SNAP, seq, Outcome.OK).yes(true);
  }

  private Entry operation(int event, int phase) {
    Op op = phase < 2 ? Op.PUB : phase < 4 ? Op.CLAIM : phase < 6 ? Op.HANDLE : Op.ACK;
    long seq = 3 + 4L * event + phase / 2;
    long key = 1L << 40 | event + 1;
    if (phase % 2 == 0) {
      Entry invoke = Entry.invoke(op, seq).queue(op == Op.PUB ? 60 : 0).hash(op == Op.PUB ? 7 : 0);
      return switch (op) {
        case PUB -> invoke.event(key).name(1).flags(Entry.RELATIVE);
        case CLAIM -> invoke.value(30_000_000);
        default -> invoke.event(key).key(1);
      };
    }
    Entry complete = Entry.complete(op, seq, Outcome.OK).yes(true);
    return switch (op) {
      case PUB -> complete.attempt(1);
      case CLAIM -> complete.event(key).key(1).attempt(1).value(Entry.UNKNOWN).hash(7);
      default -> complete;
    };
  }
}
