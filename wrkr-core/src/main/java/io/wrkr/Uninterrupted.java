package io.wrkr;

import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waits that an interrupt does not cut short; the interrupt is passed on afterwards. */
@SystemSeam
final class Uninterrupted {
  private Uninterrupted() {}

  /** Something that waits for at most the given nanoseconds and says whether it came about. */
  @FunctionalInterface
  interface Wait {
    boolean await(long nanos) throws InterruptedException;
  }

  static boolean await(Duration limit, Wait wait) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return wait.await(Math.max(0, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Calls with the thread's interrupt put aside: drivers answer one by breaking a call off, and the
   * call may carry other threads' work.
   */
  static <R> R call(Supplier<R> call) {
    boolean interrupted = Thread.interrupted();
    try {
      return call.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits this long, also on a thread that is interrupted. */
  static void pause(long nanos) {
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks every millisecond whether the condition holds, until this instant of the monotonic clock.
   */
  static boolean until(long end, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      pause(1_000_000L);
    }
    return true;
  }

  static boolean join(Thread thread, Duration limit) {
    return await(
        limit,
        nanos -> {
          TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1_000_000, nanos));
          return !thread.isAlive();
        });
  }
}
