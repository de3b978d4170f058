package io.wrkr.tck;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for signals, never for time to pass; a signal that does not come fails the test. */
final class Await {
  /** How long a signal may take on a slow machine; none takes long on a good one. */
  private static final Duration DEFAULT_BOUND = Duration.ofSeconds(20);

  private static volatile Duration bound = DEFAULT_BOUND;

  private Await() {}

  static Duration bound() {
    return bound;
  }

  /** Sets the bound, from a number of seconds, for the tests from now on. */
  static void bound(Optional<String> seconds) {
    bound = seconds.map(Long::valueOf).map(Duration::ofSeconds).orElse(DEFAULT_BOUND);
  }

  static void signal(CountDownLatch latch) {
    try {
      if (!latch.await(bound.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("Still waiting for " + latch.getCount() + " after " + bound);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting", e);
    }
  }

  static <T> T value(CompletableFuture<T> future) {
    try {
      return future.get(bound.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("No value after " + bound, e);
    } catch (ExecutionException e) {
      throw new AssertionError("Failed: " + e.getCause(), e.getCause());
    }
  }

  static void end(Thread thread) {
    try {
      thread.join(bound.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting", e);
    }
    if (thread.isAlive()) {
      throw new AssertionError("The thread " + thread.getName() + " is still there");
    }
  }
}
