package io.wrkr.verify;

import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The one place where process tests read the machine's clocks, wait, and start or end things. */
@SystemSeam
final class Seam {
  private Seam() {}

  static long nanos() {
    return System.nanoTime();
  }

  static Instant now() {
    return Instant.now();
  }

  /** Waits this long, whatever interrupts. */
  static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      Thread.interrupted();
    }
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  static void atExit(Runnable work) {
    Runtime.getRuntime().addShutdownHook(new Thread(work, "verify-exit"));
  }

  static void exit(int code) {
    System.exit(code);
  }

  /** Ends this process without any of its shutdown hooks. */
  static void halt(int code) {
    Runtime.getRuntime().halt(code);
  }
}
