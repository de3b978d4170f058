package io.wrkr.verify;

import io.wrkr.DeliveryState;

/**
 * Writes a history by hand, one call per operation, each a millisecond after the last.
 *
 * <p>Unless told otherwise an operation concerns queue "q", lasts a tenth of a millisecond, and a
 * claim's lease is a second. Tokens and attempts are given as they are to be recorded.
 */
final class Story {
  static final long MILLI = 1_000_000;
  private static final long STORE_AHEAD = 3_600_000_000L;

  private final MemoryJournal journal = new MemoryJournal();
  private long now = MILLI;
  private long lasting = MILLI / 10;
  private String queue = "q";
  private String name = "a.b";
  private String tid = "";
  private long lease = 1_000_000;
  private long window = 3_600;
  private int process = 1;
  private int rows;

  Story() {
    clock();
  }

  /** A story in which queue "q" is subscribed to everything. */
  static Story subscribed() {
    return new Story().sub("#");
  }

  History history() {
    return HistoryLoader.of(journal);
  }

  Verdict check() {
    return Checker.check(history());
  }

  MemoryJournal journal() {
    return journal;
  }

  Story on(String queue) {
    this.queue = queue;
    return this;
  }

  Story named(String name) {
    this.name = name;
    return this;
  }

  Story tid(String tid) {
    this.tid = tid;
    return this;
  }

  Story by(int process) {
    this.process = process;
    return this;
  }

  Story lease(long millis) {
    lease = millis * 1_000;
    return this;
  }

  Story window(long seconds) {
    window = seconds;
    return this;
  }

  Story sleep(long millis) {
    now += millis * MILLI;
    return this;
  }

  Story back(long millis) {
    return sleep(-millis);
  }

  /** The next operation lasts this long, while time goes on by a millisecond only. */
  Story lasting(long millis) {
    lasting = millis * MILLI;
    return this;
  }

  Story clock() {
    return done(Entry.invoke(Op.CLOCK, seq()), complete(Op.CLOCK).value(store()));
  }

  /** The store's clock jumps. */
  Story jump(long millis) {
    Entry fault = Entry.invoke(Op.FAULT, seq()).name(journal.text(StoreClock.FAULT));
    done(fault, complete(Op.FAULT));
    jumped += millis * 1_000;
    return clock();
  }

  private long jumped;

  Story config(int maxAttempts, boolean ordered, long patienceMillis) {
    return point(
        Entry.point(Op.CONFIG, seq())
            .queue(text(queue))
            .attempt(maxAttempts)
            .value(patienceMillis * MILLI)
            .flags(ordered ? Entry.MARKED : 0));
  }

  Story heal() {
    return point(Entry.point(Op.HEAL, seq()));
  }

  Story planned(String fault) {
    return point(Entry.point(Op.FAULT, seq()).name(journal.text(fault)).flags(Entry.MARKED));
  }

  Story sub(String pattern) {
    return done(subscription(Op.SUB, pattern), complete(Op.SUB).yes(true));
  }

  Story unsub(String pattern) {
    return done(subscription(Op.UNSUB, pattern), complete(Op.UNSUB).yes(true));
  }

  Story pub(int event) {
    return pub(event, 1);
  }

  Story pub(int event, int queues) {
    Entry receipt = complete(Op.PUB).attempt(queues).value(store());
    return done(publication(event, 0).flags(Entry.RELATIVE), receipt);
  }

  Story pubIn(int event, long millis) {
    Entry receipt = complete(Op.PUB).attempt(1).value(store() + millis * 1_000);
    return done(publication(event, millis * 1_000).flags(Entry.RELATIVE), receipt);
  }

  /** Publishes with a receipt that names an earlier due instant than was asked for. */
  Story pubLying(int event, long millis) {
    Entry receipt = complete(Op.PUB).attempt(1).value(store());
    return done(publication(event, millis * 1_000).flags(Entry.RELATIVE), receipt);
  }

  Story pubAgain(int event) {
    Entry receipt = complete(Op.PUB).attempt(1).value(store()).flags(Entry.DUPLICATE);
    return done(publication(event, 0).flags(Entry.RELATIVE), receipt);
  }

  /** With a receipt that does not tell whether it is a duplicate, as one of a broker. */
  Story pubUntold(int event) {
    Entry receipt = complete(Op.PUB).attempt(1).value(store()).flags(Entry.UNTOLD);
    return done(publication(event, 0).flags(Entry.RELATIVE), receipt);
  }

  Story pubLost(int event) {
    return lost(publication(event, 0).flags(Entry.RELATIVE));
  }

  Story pubRefused(int event) {
    return refused(publication(event, 0).flags(Entry.RELATIVE));
  }

  /** An atomic batch of unknown outcome. */
  Story batchLost(int... events) {
    long first = journal.reserve(events.length);
    for (int i = 0; i < events.length; i++) {
      Entry entry = publication(events[i], 0).flags(Entry.RELATIVE | Entry.ATOMIC).item(i);
      entry.seq = first + i;
      write(entry, now);
    }
    return sleep(1);
  }

  /** Publishes a batch, all due now. */
  Story batch(int... events) {
    long first = journal.reserve(events.length);
    long due = store();
    for (int i = 0; i < events.length; i++) {
      Entry entry = publication(events[i], 0).flags(Entry.RELATIVE).item(i);
      entry.seq = first + i;
      write(entry, now);
    }
    for (int i = 0; i < events.length; i++) {
      Entry receipt = Entry.complete(Op.PUB, first + i, Outcome.OK).attempt(1).value(due);
      write(receipt, now + lasting);
    }
    return sleep(1);
  }

  Story claim(int event, long token, int attempt) {
    return claim(event, token, attempt, content(event));
  }

  Story claimChanged(int event, long token, int attempt) {
    return claim(event, token, attempt, 77);
  }

  Story claimLost() {
    return lost(Entry.invoke(Op.CLAIM, seq()).queue(text(queue)).value(lease));
  }

  Story start(int event, long token) {
    return lost(onLease(Op.HANDLE, event, token));
  }

  Story run(int event, long token) {
    return done(onLease(Op.HANDLE, event, token), complete(Op.HANDLE).yes(true));
  }

  Story fails(int event, long token) {
    return done(onLease(Op.HANDLE, event, token), complete(Op.HANDLE));
  }

  Story ack(int event, long token) {
    return yes(onLease(Op.ACK, event, token));
  }

  Story retry(int event, long token, long millis) {
    return yes(onLease(Op.RETRY, event, token).value(millis * 1_000));
  }

  Story release(int event, long token, long millis) {
    return yes(onLease(Op.RELEASE, event, token).value(millis * 1_000));
  }

  Story dead(int event, long token) {
    return yes(onLease(Op.DEAD, event, token));
  }

  Story extend(int event, long token, long millis) {
    return yes(onLease(Op.EXTEND, event, token).value(millis * 1_000));
  }

  Story no(Op op, int event, long token) {
    Entry entry = onLease(op, event, token);
    return done(entry, complete(op));
  }

  Story lost(Op op, int event, long token) {
    return lost(onLease(op, event, token));
  }

  Story refused(Op op, int event, long token) {
    return refused(onLease(op, event, token));
  }

  Story change(Op op, int event) {
    return yes(onLease(op, event, 0));
  }

  Story reschedule(int event, long millis) {
    return yes(onLease(Op.RESCHEDULE, event, 0).value(store() + millis * 1_000));
  }

  Story follow(int child, int parent, long token) {
    return point(
        Entry.point(Op.FOLLOW, seq())
            .event(event(child))
            .queue(text(queue))
            .key(event(parent))
            .value(token));
  }

  Story pubFollow(int child) {
    Entry done = complete(Op.PUB).value(Entry.UNKNOWN).flags(Entry.NO_RECEIPT);
    return done(publication(child, 0).flags(Entry.RELATIVE), done);
  }

  Story prune() {
    return done(Entry.invoke(Op.PRUNE, seq()), complete(Op.PRUNE).flags(Entry.MARKED));
  }

  Story stats(long ready, long scheduled, long leased, long dead) {
    return done(
        Entry.invoke(Op.STATS, seq()).queue(text(queue)),
        complete(Op.STATS).key(ready | scheduled << 32).value(leased | dead << 32));
  }

  Story expect(String recurrence, long nominal) {
    return point(Entry.point(Op.EXPECT, seq()).name(text(recurrence)).value(nominal));
  }

  Story fire(String recurrence, long nominal, int event) {
    return point(
        Entry.point(Op.FIRE, seq()).name(text(recurrence)).value(nominal).event(event(event)));
  }

  private long snapshot;

  /** Begins a snapshot; {@link #row} adds what it found. */
  Story snap() {
    snapshot = seq();
    write(Entry.invoke(Op.SNAP, snapshot), now);
    write(Entry.complete(Op.SNAP, snapshot, Outcome.OK), now + MILLI);
    return sleep(2);
  }

  Story drained() {
    snapshot = seq();
    write(Entry.invoke(Op.SNAP, snapshot), now);
    write(Entry.complete(Op.SNAP, snapshot, Outcome.OK).yes(true), now + MILLI);
    return sleep(2);
  }

  Story row(int event, DeliveryState state) {
    rows++;
    return point(
        Entry.point(Op.ROW, seq()).event(event(event)).queue(text(queue)).item(state.ordinal()));
  }

  /** Publish, claim, handle and ack of one event, all well. */
  Story handled(int event) {
    return pub(event).claim(event, 1, 1).run(event, 1).ack(event, 1);
  }

  int rows() {
    return rows;
  }

  private Story claim(int event, long token, int attempt, int content) {
    Entry answer =
        complete(Op.CLAIM)
            .yes(true)
            .event(event(event))
            .queue(text(queue))
            .key(token)
            .attempt(attempt)
            .value(store())
            .hash(content);
    return done(Entry.invoke(Op.CLAIM, seq()).queue(text(queue)).value(lease), answer);
  }

  private Entry publication(int event, long value) {
    return Entry.invoke(Op.PUB, seq())
        .event(event(event))
        .name(text(name))
        .key(tid.isEmpty() ? 0 : EventKeys.tid(tid))
        .value(value)
        .queue((int) window)
        .hash(content(event));
  }

  private Entry onLease(Op op, int event, long token) {
    return Entry.invoke(op, seq()).event(event(event)).queue(text(queue)).key(token);
  }

  private Entry subscription(Op op, String pattern) {
    return Entry.invoke(op, seq()).queue(text(queue)).name(text(pattern));
  }

  private static long event(int event) {
    return 1L << 40 | event;
  }

  private static int content(int event) {
    return 1000 + event;
  }

  private long store() {
    return now / 1_000 + STORE_AHEAD + jumped;
  }

  private int text(String text) {
    return journal.text(text);
  }

  private long seq() {
    return journal.reserve(1);
  }

  private static Entry complete(Op op) {
    return Entry.complete(op, 0, Outcome.OK);
  }

  private Story yes(Entry entry) {
    return done(entry, complete(entry.op).yes(true));
  }

  private Story refused(Entry entry) {
    return done(entry, Entry.complete(entry.op, 0, Outcome.FAIL));
  }

  private Story lost(Entry entry) {
    write(entry, now);
    return sleep(1);
  }

  private Story point(Entry entry) {
    write(entry, now);
    return sleep(1);
  }

  private Story done(Entry invoke, Entry complete) {
    complete.seq = invoke.seq;
    write(invoke, now);
    write(complete, now + lasting);
    lasting = MILLI / 10;
    return sleep(1);
  }

  private void write(Entry entry, long at) {
    entry.process = process;
    entry.time = at;
    journal.append(entry);
  }
}
