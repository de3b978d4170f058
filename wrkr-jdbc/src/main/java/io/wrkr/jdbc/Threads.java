package io.wrkr.jdbc;

import java.time.Duration;

/** Waits for threads to end. */
final class Threads {
  /** No thread of a backend works longer once it was told to end, unless its server hangs. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private Threads() {}

  /** Waits for the thread, unless it is this one, for a while; an interrupt is kept for later. */
  static void join(Thread running) {
    if (running == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        running.join(LIMIT.toMillis());
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
