package io.wrkr.cli.bench;

import io.wrkr.spi.SystemSeam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The one place where measurements read the machine's clocks, wait, and start threads. */
@SystemSeam
final class Seam {
  private Seam() {}

  static long nanos() {
    return System.nanoTime();
  }

  static Instant now() {
    return Instant.now();
  }

  static void pause(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Runs the task in so many threads and waits for all; throws what one of them threw. */
  static void inParallel(int threads, Runnable task) throws InterruptedException {
    if (threads == 1) {
      task.run();
      return;
    }
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> run(task, failure), "wrkr-bench-publisher-" + i);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }

  private static void run(Runnable task, AtomicReference<@Nullable RuntimeException> failure) {
    try {
      task.run();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }
}
