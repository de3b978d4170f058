package io.wrkr.mongo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.bson.BsonDocument;

/**
 * Where this process begins to look for ready deliveries of one queue.
 *
 * <p><b>Low-water mark.</b> Keys that claims and acks left behind stay in the index while the
 * server keeps their history, and looking from the very beginning passes all of them: 30 ms after
 * 500,000. So a claim looks from the mark on: the smaller of the oldest ready delivery that the
 * last look found, and the server's now less a margin. What is stored with a due instant below the
 * mark in spite of the margin is found by a look from the beginning every {@link #SWEEP}. With a
 * clock given by a test, which may leap, every look is one from the beginning.
 *
 * <p><b>Skip window.</b> Processes that find the same deliveries take them from each other. One
 * that won fewer than 70 % of what it found skips a random number of batches, up to a width that
 * doubles while it loses, shrinks by one at a fourth of the times when it wins all, and halves when
 * there is nothing left to skip to. (A width that shrinks as fast as it grows settles where a fifth
 * of what four processes read is lost.)
 *
 * <p><b>Obstructed.</b> After a claim that ran into what a transaction holds, for a while claims
 * are made in a way that does not wait for it; see {@link Claiming}.
 *
 * <p><b>Idle.</b> After a look that found nothing, and without news since, the next one only asks
 * when the earliest comes due, which may be at once: one statement instead of two.
 *
 * <p>Thread-safe; a race between two claims costs at most a slower look.
 */
final class Head {
  static final Instant ALWAYS = Instant.ofEpochMilli(Long.MIN_VALUE);
  static final Duration MARGIN = Duration.ofMillis(1500);
  static final Duration SWEEP = Duration.ofSeconds(5);
  static final Duration OBSTRUCTED = Duration.ofSeconds(10);
  private static final int MAX_WIDTH = 64;
  private static final int MAX_SKIP = 16_000;
  private static final int MIN_BATCH = 8;
  private static final double WON_ENOUGH = 0.7;
  private static final int SHRINKS_EVERY = 4;

  private final StoreClock clock;
  private volatile Instant mark = ALWAYS;
  private volatile long sweptAt;
  private volatile boolean swept;
  private volatile int width = 1;
  private volatile boolean ordered;
  private volatile boolean idle;
  private volatile boolean obstructed;
  private volatile long obstructedAt;

  Head(StoreClock clock) {
    this.clock = clock;
  }

  /**
   * Tells whether the queue keeps order: then every look begins at the beginning, see {@link
   * Order}.
   */
  boolean isOrdered() {
    return ordered;
  }

  void keepOrder() {
    ordered = true;
  }

  /** Tells whether the last look found nothing and no news came since. */
  boolean isIdle() {
    return idle;
  }

  void expect() {
    idle = false;
  }

  /** Tells whether a claim was held up of late. */
  boolean isObstructed() {
    return obstructed && StoreClock.nanos() - obstructedAt < OBSTRUCTED.toNanos();
  }

  void obstructed() {
    obstructedAt = StoreClock.nanos();
    obstructed = true;
  }

  Ready.Window window(int max) {
    long now = StoreClock.nanos();
    boolean sweep = !swept || now - sweptAt >= SWEEP.toNanos();
    if (sweep) {
      swept = true;
      sweptAt = now;
    }
    boolean skips = width > 1 && !sweep;
    int batches = Math.max(1, Math.min(width, MAX_SKIP / max));
    return new Ready.Window(
        sweep || clock.isGiven() ? ALWAYS : mark,
        skips ? ThreadLocalRandom.current().nextInt(batches) * max : 0,
        max);
  }

  /** The next look begins where this one did. */
  void again(Ready.Window window) {
    swept = swept && !window.from().equals(ALWAYS);
  }

  void saw(Ready.Window window, List<BsonDocument> found) {
    idle = found.isEmpty();
    if (window.skip() == 0) {
      Instant bound = clock.estimate().map(now -> now.minus(MARGIN)).orElse(ALWAYS);
      Instant oldest = found.isEmpty() ? bound : Doc.instant(found.get(0), Doc.AT);
      mark = oldest.isBefore(bound) ? oldest : bound;
    }
  }

  void won(int found, int taken) {
    if (taken == 0 || (found >= MIN_BATCH && taken < found * WON_ENOUGH)) {
      width = Math.min(MAX_WIDTH, width * 2);
    } else if (taken == found && ThreadLocalRandom.current().nextInt(SHRINKS_EVERY) == 0) {
      width = Math.max(1, width - 1);
    }
  }

  /** There was nothing to skip to: returns where to look instead. */
  Ready.Window narrower(Ready.Window window) {
    width = Math.max(1, width / 2);
    return new Ready.Window(window.from(), 0, window.limit());
  }
}
