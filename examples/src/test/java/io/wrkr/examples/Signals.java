package io.wrkr.examples;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for signals, never for time to pass; one that does not come fails the test. */
final class Signals {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private Signals() {}

  static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Still waiting for " + latch.getCount() + " after " + BOUND);
    }
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T value = queue.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
    if (value == null) {
      throw new AssertionError("Nothing came within " + BOUND);
    }
    return value;
  }

  /** For what tells nobody of its change: looks again and again, and lets others run meanwhile. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; !condition.getAsBoolean(); i++) {
      if (i == 3000 || never.await(10, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("Not so after " + BOUND);
      }
    }
  }
}
