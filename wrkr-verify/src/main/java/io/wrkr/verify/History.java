package io.wrkr.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * All operations of a history in columns: one row per operation and delivery, its invoke and its
 * completion joined.
 *
 * <p>{@code event}, {@code queue}, {@code name} are dense numbers, -1 for none. An operation
 * without completion ends at {@link #NEVER} with outcome info. Rows are in the order of their
 * invokes within a journal; a claim that took several deliveries has a row for each.
 */
final class History {
  static final long NEVER = Long.MAX_VALUE;

  final Op[] op;
  final Outcome[] outcome;
  final byte[] flags;
  final int[] process;
  final int[] attempt;
  final int[] event;
  final int[] queue;
  final int[] name;
  final int[] hash;
  final int[] item;
  final long[] seq;
  final long[] inv;
  final long[] end;
  final long[] key;
  final long[] value;

  /** What the completion carried as value: a receipt's due instant, an instant of a claim. */
  final long[] answer;

  final List<String> queues = new ArrayList<>();
  final List<String> names = new ArrayList<>();
  final KeyIndex events;
  final boolean damaged;
  int rows;

  History(int capacity, boolean damaged) {
    op = new Op[capacity];
    outcome = new Outcome[capacity];
    flags = new byte[capacity];
    process = new int[capacity];
    attempt = new int[capacity];
    event = new int[capacity];
    queue = new int[capacity];
    name = new int[capacity];
    hash = new int[capacity];
    item = new int[capacity];
    seq = new long[capacity];
    inv = new long[capacity];
    end = new long[capacity];
    key = new long[capacity];
    value = new long[capacity];
    answer = new long[capacity];
    events = new KeyIndex(Math.max(16, capacity / 4));
    this.damaged = damaged;
  }

  boolean has(int row, int flag) {
    return (flags[row] & flag) != 0;
  }

  boolean ok(int row) {
    return outcome[row] == Outcome.OK;
  }

  /** Tells whether it is certain that the operation was applied. */
  boolean yes(int row) {
    return outcome[row] == Outcome.OK && (flags[row] & Entry.YES) != 0;
  }

  /** Tells whether it is possible that the operation was applied. */
  boolean may(int row) {
    return outcome[row] == Outcome.INFO || yes(row);
  }

  long eventKey(int row) {
    return event[row] < 0 ? 0 : events.key(event[row]);
  }

  String queueName(int row) {
    return queue[row] < 0 ? "*" : queues.get(queue[row]);
  }

  String nameText(int row) {
    return name[row] < 0 ? "" : names.get(name[row]);
  }
}
