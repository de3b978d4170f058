package io.wrkr.mongo;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Where this process begins to look for ready deliveries of one queue.
 *
 * <p><b>Low-water mark.</b> Keys that claims and acks left behind stay in the index while the
 * server keeps their history, and looking from the very beginning passes all of them: 30 ms after
 * 500,000. What is leased stays in its place, and is passed too. So a claim looks from the mark on:
 * the smaller of the oldest ready delivery that the last look found and left, and the server's now
 * less a margin. What is below the mark in spite of the margin is found by a sweep, a look from the
 * beginning.
 *
 * <p><b>Sweep.</b> One is due every {@link #SWEEP}, or every lease if that is shorter, and when the
 * first lease ends that is known; unless it took as many as it may, it tells when the next one
 * does. So on a queue that is not backed up every lease is seen by a sweep before it ends. With a
 * clock given by a test, which may leap, every look is a sweep.
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
  private static final Duration DAY = Duration.ofDays(1);
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
  private volatile @Nullable Long leaseEnd;
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

  /** Tells whether this claim is to look from the beginning, and takes note that it does. */
  boolean sweeps(Duration lease) {
    long now = StoreClock.nanos();
    long most = Math.min(SWEEP.toNanos(), lease.toNanos());
    Long end = leaseEnd;
    boolean sweep =
        !swept || clock.isGiven() || now - sweptAt >= most || (end != null && now - end >= 0);
    if (sweep) {
      swept = true;
      sweptAt = now;
      leaseEnd = null;
    }
    return sweep;
  }

  /** There is a lease that ends so much later; sweeps are far more frequent than a day. */
  void leaseEndsIn(Duration left) {
    long end = StoreClock.nanos() + (left.compareTo(DAY) < 0 ? left : DAY).toNanos();
    Long known = leaseEnd;
    leaseEnd = known == null || end - known < 0 ? Long.valueOf(end) : known;
  }

  /** How long until something comes due or the first known lease ends, whichever is earlier. */
  Optional<Duration> untilNextDue(Lookout.Outlook outlook) {
    outlook.untilLeaseEnds().ifPresent(this::leaseEndsIn);
    Optional<Duration> leaseEnds = outlook.untilLeaseEnds().or(this::untilLeaseEnds);
    return Stream.concat(outlook.untilNextDue().stream(), leaseEnds.stream())
        .min(Comparator.naturalOrder());
  }

  private Optional<Duration> untilLeaseEnds() {
    return Optional.ofNullable(leaseEnd)
        .map(end -> Duration.ofNanos(Math.max(0, end - StoreClock.nanos())));
  }

  Instant mark() {
    return mark;
  }

  Ready.Window window(int max, boolean sweep) {
    boolean skips = width > 1 && !sweep;
    int batches = Math.max(1, Math.min(width, MAX_SKIP / max));
    return new Ready.Window(
        sweep || clock.isGiven() ? ALWAYS : mark,
        skips ? ThreadLocalRandom.current().nextInt(batches) * max : 0,
        max);
  }

  void saw(Ready.Window window, List<BsonDocument> found) {
    idle = found.isEmpty();
    if (window.skip() == 0) {
      nothingReadyBefore(found.isEmpty() ? newest() : Doc.instant(found.get(0), Doc.AT));
    }
  }

  /** All that was found is taken. */
  void took(Ready.Window window, List<BsonDocument> found) {
    if (window.skip() == 0) {
      nothingReadyBefore(Doc.instant(found.get(found.size() - 1), Doc.AT));
    }
  }

  /** Nothing is ready yet. */
  void sawNothing() {
    nothingReadyBefore(newest());
  }

  private void nothingReadyBefore(Instant at) {
    Instant newest = newest();
    mark = at.isBefore(newest) ? at : newest;
  }

  /** What is stored from now on has a due instant above this, but for what stalls on its way. */
  private Instant newest() {
    return clock.estimate().map(now -> now.minus(MARGIN)).orElse(ALWAYS);
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
