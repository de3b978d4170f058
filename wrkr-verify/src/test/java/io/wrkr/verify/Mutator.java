package io.wrkr.verify;

import io.wrkr.DeliveryState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Breaks a valid history in one chosen way: finds a place where the change certainly violates the
 * invariant, and changes, adds or removes records there.
 */
final class Mutator {
  private final History history;
  private final Evidence evidence;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> texts;

  Mutator(MemoryJournal journal) {
    history = HistoryLoader.of(journal);
    evidence = new Context(history).evidence;
    texts = new ArrayList<>();
    for (int i = 0; i < journal.records(); i++) {
      Entry entry = new Entry();
      entry.decode(journal, i);
      if (entry.op == Op.TEXT) {
        texts.add(text(journal, i));
      } else {
        entries.add(entry);
      }
    }
  }

  /** Returns the broken history, or nothing if the history has no place for it. */
  Optional<History> breaking(Invariant invariant) {
    boolean done =
        switch (invariant) {
          case I1 -> dropFromSnapshot();
          case I2 -> changeContent();
          case I3 -> delay();
          case I4 -> claimAgain(Op.ACK);
          case I5 -> ackAgain();
          case I6 -> claimInLease();
          case I7 -> overtake();
          case I8 -> forgetDuplicate();
          case I9 -> claimAgain(Op.CANCEL);
          case I10 -> miscount();
          case I11 -> drift();
          case I12 -> pretendDrained();
          case I13 -> loseFollowUp();
          case I14 -> fireAgain();
        };
    return done ? Optional.of(load()) : Optional.empty();
  }

  private History load() {
    MemoryJournal journal = new MemoryJournal();
    texts.forEach(journal::text);
    entries.forEach(journal::append);
    return HistoryLoader.of(journal);
  }

  private boolean dropFromSnapshot() {
    int row =
        first(
            Op.ROW,
            r -> isPending(r) && isUndisturbed(delivery(r)) && publishedOnce(history.event[r]));
    return row >= 0 && remove(row);
  }

  private boolean changeContent() {
    int row = first(Op.CLAIM, r -> history.yes(r));
    if (row >= 0) {
      completion(row).hash++;
    }
    return row >= 0;
  }

  /** Moves the due instant of an event far behind its first claim. */
  private boolean delay() {
    int row = first(Op.CLAIM, r -> history.yes(r) && publishedOnce(history.event[r]));
    if (row < 0) {
      return false;
    }
    int publish = evidence.publishes[evidence.publishesFrom[history.event[row]]];
    if (!history.ok(publish) || rescheduled(delivery(row))) {
      return false;
    }
    long late = history.answer[row] + 100_000_000L;
    invocation(publish).value(late).flags &= ~Entry.RELATIVE;
    if (!history.has(publish, Entry.NO_RECEIPT)) {
      completion(publish).value(late);
    }
    return true;
  }

  /** Adds a claim after an operation that ended its delivery. */
  private boolean claimAgain(Op ending) {
    int row = first(ending, r -> history.yes(r) && isExact(r) && publishedOnce(history.event[r]));
    if (row < 0) {
      return false;
    }
    addClaim(row, history.end[row] + 1, 1_000, 90);
    return true;
  }

  private boolean ackAgain() {
    int row = first(Op.ACK, r -> history.yes(r) && publishedOnce(history.event[r]));
    if (row < 0) {
      return false;
    }
    Entry invoke = Entry.invoke(Op.ACK, newSeq());
    copyPlace(row, invoke).key(history.key[row]);
    addAt(invoke, history.end[row] + 1);
    addAt(Entry.complete(Op.ACK, invoke.seq, Outcome.OK).yes(true), history.end[row] + 2);
    return true;
  }

  /** Adds a claim by another process between a claim and its ack, well inside the lease. */
  private boolean claimInLease() {
    int ack =
        first(
            Op.ACK,
            r -> {
              int claim = claimOf(r);
              return history.yes(r)
                  && claim >= 0
                  && history.inv[r] > history.end[claim] + 10
                  && history.inv[r] < history.end[claim] + history.value[claim] * 500;
            });
    if (ack < 0) {
      return false;
    }
    int claim = claimOf(ack);
    addClaim(claim, history.end[claim] + 1, history.key[claim] + 1, history.attempt[claim] + 1);
    return true;
  }

  /** Adds a claim of a waiting delivery of an ordered tid while another of the tid is leased. */
  private boolean overtake() {
    for (int ack = 0; ack < history.rows; ack++) {
      int head = history.op[ack] == Op.ACK && history.yes(ack) ? claimOf(ack) : -1;
      if (head >= 0
          && isOrdered(head)
          && isUndisturbed(delivery(head))
          && history.inv[ack] > history.end[head] + 10) {
        int tidOf = publish(history.event[ack]);
        long from = history.end[head];
        int follower =
            first(
                Op.PUB,
                r ->
                    history.ok(r)
                        && history.key[r] != 0
                        && history.key[r] == history.key[tidOf]
                        && history.event[r] != history.event[head]
                        && publishedOnce(history.event[r])
                        && history.end[r] < from);
        if (follower >= 0) {
          Entry place = Entry.invoke(Op.CLAIM, newSeq());
          place.queue = invocation(head).queue;
          place.event = history.eventKey(follower);
          place.hash = history.hash[follower];
          addClaim(place, from + 1, history.value[head]);
          return true;
        }
      }
    }
    return false;
  }

  private boolean forgetDuplicate() {
    int row =
        first(
            Op.PUB,
            r ->
                history.ok(r)
                    && history.has(r, Entry.DUPLICATE)
                    && history.ok(publish(history.event[r]))
                    && history.end[publish(history.event[r])] < history.inv[r]
                    && history.nameText(r).equals("log.x")
                    && nowhereElse(history.event[r]));
    if (row < 0) {
      return false;
    }
    completion(row).flags &= ~Entry.DUPLICATE;
    return true;
  }

  private boolean miscount() {
    int row = first(Op.CLAIM, r -> history.yes(r) && lostClaims(history.queue[r]) == 0);
    if (row >= 0) {
      completion(row).attempt += 1;
    }
    return row >= 0;
  }

  private boolean drift() {
    int row = first(Op.STATS, history::ok);
    if (row >= 0) {
      completion(row).key += 1_000;
    }
    return row >= 0;
  }

  private boolean pretendDrained() {
    boolean dead = first(Op.ROW, r -> history.item[r] == DeliveryState.DEAD.ordinal()) >= 0;
    int row = first(Op.ROW, this::isPending);
    if (row < 0 || dead) {
      return false;
    }
    completion(evidence.snapshot).flags(Entry.YES);
    return true;
  }

  /** Removes what tells of a follow-up whose ack counted. */
  private boolean loseFollowUp() {
    int tie =
        first(
            Op.FOLLOW,
            r ->
                publishedOnce(history.event[r])
                    && evidence.wide.isEmpty()
                    && history.nameText(publish(history.event[r])).equals("shop.order.paid"));
    if (tie < 0) {
      return false;
    }
    long child = history.eventKey(tie);
    List<Long> gone =
        IntStream.range(0, history.rows)
            .filter(r -> history.eventKey(r) == child && history.op[r] != Op.PUB)
            .filter(r -> history.op[r] != Op.FOLLOW)
            .mapToObj(r -> history.seq[r])
            .toList();
    entries.removeIf(entry -> gone.contains(entry.seq));
    return true;
  }

  private boolean fireAgain() {
    int row = first(Op.FIRE, r -> true);
    Entry again = Entry.point(Op.FIRE, newSeq());
    Entry fire = invocation(row);
    again.name(fire.name).value(fire.value).event(fire.event + 77);
    addAt(again, history.inv[row] + 1);
    return true;
  }

  private int first(Op op, IntPredicate condition) {
    return IntStream.range(0, history.rows)
        .filter(row -> history.op[row] == op && condition.test(row))
        .findFirst()
        .orElse(-1);
  }

  private boolean isPending(int row) {
    DeliveryState state = DeliveryState.values()[history.item[row]];
    return state != DeliveryState.DEAD && state != DeliveryState.DONE;
  }

  private boolean isExact(int row) {
    return !history.has(row, Entry.WIDE);
  }

  private boolean isOrdered(int row) {
    return history.queueName(row).equals("ordered");
  }

  private boolean publishedOnce(int event) {
    return evidence.publishesFrom[event + 1] - evidence.publishesFrom[event] == 1
        && history.ok(publish(event));
  }

  private int publish(int event) {
    return evidence.publishes[evidence.publishesFrom[event]];
  }

  private int delivery(int row) {
    return evidence.delivery(history.event[row], history.queue[row]);
  }

  /** Tells whether nothing of unknown outcome or extent can have ended the delivery. */
  private boolean isUndisturbed(int delivery) {
    return evidence.wide.isEmpty()
        && rowsOf(delivery).allMatch(r -> history.ok(r) || history.op[r] == Op.HANDLE);
  }

  private boolean rescheduled(int delivery) {
    return rowsOf(delivery).anyMatch(r -> history.op[r] == Op.RESCHEDULE)
        || !evidence.wide.isEmpty();
  }

  private IntStream rowsOf(int delivery) {
    return IntStream.range(evidence.from[delivery], evidence.from[delivery + 1])
        .map(i -> evidence.rows[i]);
  }

  private boolean nowhereElse(int event) {
    return IntStream.range(0, history.queues.size())
        .noneMatch(q -> evidence.delivery(event, q) >= 0 && !history.queues.get(q).equals("plain"));
  }

  private long lostClaims(int queue) {
    return IntStream.range(0, history.rows)
        .filter(r -> history.op[r] == Op.CLAIM && history.queue[r] == queue)
        .filter(r -> history.outcome[r] == Outcome.INFO)
        .count();
  }

  /** Returns the claim whose token a settlement carries. */
  private int claimOf(int row) {
    return rowsOf(delivery(row))
        .filter(r -> history.op[r] == Op.CLAIM && history.key[r] == history.key[row])
        .findFirst()
        .orElse(-1);
  }

  private void addClaim(int row, long at, long token, int attempt) {
    Entry place = Entry.invoke(Op.CLAIM, newSeq());
    copyPlace(row, place).key(token).attempt(attempt);
    place.hash = history.hash[publish(history.event[row])];
    addClaim(place, at, 50_000);
  }

  /** Adds a claim, given by its completion's fields, that took no time. */
  private void addClaim(Entry place, long at, long lease) {
    Entry invoke = Entry.invoke(Op.CLAIM, place.seq).queue(place.queue).value(lease);
    Entry complete =
        Entry.complete(Op.CLAIM, place.seq, Outcome.OK)
            .yes(true)
            .event(place.event)
            .queue(place.queue)
            .key(Math.max(1, place.key))
            .attempt(Math.max(1, place.attempt))
            .value(Entry.UNKNOWN)
            .hash(place.hash);
    invoke.process = 50;
    complete.process = 50;
    addAt(invoke, at);
    addAt(complete, at + 1);
  }

  private Entry copyPlace(int row, Entry to) {
    Entry from = completionOrInvocation(row);
    to.queue = invocation(row).queue;
    to.event = history.op[row] == Op.CLAIM ? from.event : invocation(row).event;
    return to;
  }

  private Entry completionOrInvocation(int row) {
    return history.op[row] == Op.CLAIM ? completion(row) : invocation(row);
  }

  private Entry invocation(int row) {
    return find(row, Entry.COMPLETE, false);
  }

  private Entry completion(int row) {
    return find(row, Entry.COMPLETE, true);
  }

  private Entry find(int row, int phase, boolean equal) {
    boolean claimed = history.op[row] == Op.CLAIM && equal;
    return entries.stream()
        .filter(entry -> entry.seq == history.seq[row] && entry.phase == phase == equal)
        .filter(entry -> !claimed || entry.item == history.item[row])
        .findFirst()
        .orElseThrow();
  }

  private boolean remove(int row) {
    return entries.remove(invocation(row));
  }

  private long newSeq() {
    return 1 + entries.stream().mapToLong(entry -> entry.seq).max().orElse(0);
  }

  private void addAt(Entry entry, long at) {
    entry.time = at;
    entries.add(entry);
    entries.sort(Comparator.comparingLong(each -> each.time));
  }

  private static String text(MemoryJournal journal, int record) {
    byte[] bytes = new byte[(int) journal.word(record, 2)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (journal.word(record, 3 + i / 8) >>> 8 * (i % 8));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
