package io.wrkr.test;

import io.wrkr.spi.ObservableClock;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Stage;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The time, the threads and the chance of a bus under test.
 *
 * <ol>
 *   <li>Time stands still until it is moved, and never moves while anything could still be done.
 *   <li>Roles run one step at a time, in the order in which they were made, while they are woken or
 *       due. Handlers run when no role has anything to do, in the order in which they were handed
 *       over.
 *   <li>Whoever waits, a handler for the answer to its ack say, runs the roles meanwhile, but no
 *       other handler; if that is not enough, time moves to the next instant a role waits for.
 * </ol>
 *
 * <p>One thread at a time carries all this out, whoever has the lock. Other threads may publish.
 */
@SystemSeam
final class ManualStage implements ObservableClock, Stage, Executor {
  /** More handler calls than this without time moving are taken for an endless loop. */
  static final int MAX_CALLS = 100_000;

  private static final long LOCK_SECONDS = 10;

  private final Instant start;
  private final Random random;
  private final ReentrantLock driving = new ReentrantLock();
  private final List<ManualRole> roles = new CopyOnWriteArrayList<>();
  private final Queue<Runnable> handlers = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> elsewhere = new ConcurrentLinkedQueue<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile long nanos;
  private long ids;
  private boolean handling;

  ManualStage(Instant start, long seed) {
    this.start = start;
    this.random = new Random(seed);
  }

  // ---- time and chance

  @Override
  public Instant instant() {
    return start.plusNanos(nanos);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  long nanosAt(Instant instant) {
    return Duration.between(start, instant).toNanos();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  /** Returns a UUID of version 7 whose random part counts instead. */
  @Override
  public synchronized String nextId() {
    long high = (instant().toEpochMilli() << 16) | 0x7000;
    return new UUID(high, Long.MIN_VALUE | ++ids).toString();
  }

  @Override
  public Registration onChange(Runnable changed) {
    listeners.add(changed);
    return () -> listeners.remove(changed);
  }

  // ---- roles and handlers

  @Override
  public Role role(String name, boolean foreground, LongSupplier step) {
    ManualRole role = new ManualRole(this, step);
    roles.add(role);
    return role;
  }

  void remove(ManualRole role) {
    roles.remove(role);
  }

  @Override
  public void execute(Runnable handler) {
    handlers.add(handler);
  }

  @Override
  public void elsewhere(String name, Runnable work) {
    elsewhere.add(work);
  }

  /** Tells whether this thread is inside a handler. */
  boolean isHandling() {
    return handling && driving.isHeldByCurrentThread();
  }

  // ---- carrying it out

  /** What waits for its time outside of the roles: the queues. */
  interface Waiting {
    /** Returns when something is due next, after now. */
    long nextDue();

    /** Time has moved: tells whoever handles what is due now. */
    void tellDue();
  }

  /** Moves time to this instant, stopping wherever there is something to do. */
  void moveTo(long target, Waiting queues) {
    driven(
        () -> {
          jump(nanos); // so that all look again: a lease that is held now is to be extended
          settle();
          for (long next = next(queues); next <= target; next = next(queues)) {
            nanos = next;
            queues.tellDue();
            settle();
          }
          jump(Math.max(target, nanos));
          settle();
          return true;
        });
  }

  /** Returns the first instant after now at which a role or a delivery is due. */
  private long next(Waiting queues) {
    return Math.max(Math.min(queues.nextDue(), nextRole()), nanos + 1);
  }

  private long nextRole() {
    long next = Long.MAX_VALUE;
    for (ManualRole role : roles) {
      next = Math.min(next, role.dueNanos());
    }
    return next;
  }

  /** Does all there is to do now, and waits for roles that pause for at most this long. */
  void drain(Duration longestPause) {
    driven(
        () -> {
          settle();
          long end = nanos + 30 * longestPause.toNanos();
          for (long next = nextRole();
              next - nanos <= longestPause.toNanos() && next < end;
              next = nextRole()) {
            jump(Math.max(next, nanos));
            settle();
          }
          return true;
        });
  }

  /** Does all there is to do now. */
  void settleNow() {
    driven(
        () -> {
          settle();
          return true;
        });
  }

  private void settle() {
    settle(() -> false);
  }

  private boolean settle(BooleanSupplier condition) {
    int calls = 0;
    while (!condition.getAsBoolean()) {
      if (!runRoles() && !runElsewhere() && !runHandler()) {
        return false;
      }
      if (++calls > MAX_CALLS) {
        throw new IllegalStateException(
            "After "
                + MAX_CALLS
                + " steps at "
                + instant()
                + " there is still something to do: does a handler publish what it handles?");
      }
    }
    return true;
  }

  private boolean runRoles() {
    boolean any = false;
    for (ManualRole role : roles) {
      if (role.isDue(nanos)) {
        role.run();
        any = true;
      }
    }
    return any;
  }

  private boolean runElsewhere() {
    Runnable work = handling ? null : elsewhere.poll();
    if (work != null) {
      work.run();
    }
    return work != null;
  }

  private boolean runHandler() {
    Runnable handler = handling ? null : handlers.poll();
    if (handler == null) {
      return false;
    }
    handling = true;
    try {
      handler.run();
    } finally {
      handling = false;
    }
    return true;
  }

  private void jump(long to) {
    nanos = to;
    listeners.forEach(Runnable::run);
  }

  // ---- waits of the bus

  @Override
  public boolean await(Future<?> answer, Duration limit) {
    return until(limit, answer::isDone);
  }

  @Override
  public boolean until(Duration limit, BooleanSupplier condition) {
    return driven(
        () -> {
          long end = nanos + limit.toNanos();
          while (!settle(condition)) {
            long next = Math.max(nextRole(), nanos + 1);
            if (next > end) {
              jump(end);
              return settle(condition);
            }
            jump(next);
          }
          return true;
        });
  }

  @Override
  public void pause(long pause) {
    until(Duration.ofNanos(pause), () -> false);
  }

  private boolean locked() {
    try {
      return driving.tryLock(LOCK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean driven(BooleanSupplier work) {
    // The first try does not mind an interrupt, which a handler may have left.
    if (!driving.tryLock() && !locked()) {
      throw new IllegalStateException(
          "Another thread has been running this bus for "
              + LOCK_SECONDS
              + " s: the bus of a test works on one thread at a time, so do not wait for it while"
              + " it handles");
    }
    try {
      return work.getAsBoolean();
    } finally {
      driving.unlock();
    }
  }
}
