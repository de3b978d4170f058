package io.wrkr.verify;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Virtual time: one thread runs tasks in the order of their instants, those of one instant in an
 * order drawn by the seed. Instants are microseconds from the start.
 */
final class EventLoop implements TimeLine {
  /** What the store's clock shows when virtual time begins. */
  static final Instant EPOCH = Instant.parse("2026-11-21T00:00:00Z");

  private record Task(long at, int tieBreak, long seq, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int order = Long.compare(at, other.at);
      order = order == 0 ? Integer.compare(tieBreak, other.tieBreak) : order;
      return order == 0 ? Long.compare(seq, other.seq) : order;
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final RandomGenerator random;
  private long now;
  private long lastNanos;
  private long seq;
  private long storeOffset;
  private long trace = 1;

  EventLoop(RandomGenerator random) {
    this.random = random;
  }

  /** Returns the microseconds since the start. */
  long now() {
    return now;
  }

  /** Returns how many tasks ran. */
  long steps() {
    return seq - tasks.size();
  }

  /** Runs a task after a time. */
  void after(long micros, Runnable work) {
    tasks.add(new Task(now + Math.max(0, micros), random.nextInt(), seq++, work));
  }

  /** Runs tasks, those they add included, until none is left or all lie after an instant. */
  void runUntil(long micros) {
    while (!tasks.isEmpty() && tasks.peek().at() <= micros) {
      Task task = tasks.remove();
      now = task.at();
      note(task.at() * 31 + task.seq());
      task.work().run();
    }
    now = Math.max(now, micros);
  }

  /** Adds what happened to the trace: equal seeds must give equal traces. */
  void note(long what) {
    trace = (trace ^ what) * 0x9E3779B97F4A7C15L;
    trace ^= trace >>> 29;
  }

  long trace() {
    return trace;
  }

  /** The line of records: virtual time, but no instant twice, so that order is never in doubt. */
  @Override
  public long nanos() {
    lastNanos = Math.max(lastNanos + 1, now * 1_000);
    return lastNanos;
  }

  /** Returns the store's clock. */
  InstantSource storeClock() {
    return () -> EPOCH.plusNanos((now + storeOffset) * 1_000);
  }

  void moveStoreClock(long micros) {
    storeOffset += micros;
  }
}
