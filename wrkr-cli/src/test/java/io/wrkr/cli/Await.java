package io.wrkr.cli;

import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what another process or thread does, of which no signal comes here. */
@SystemSeam
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Await() {}

  static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited " + LIMIT.toSeconds() + " s in vain until " + what);
      }
      Thread.sleep(5);
    }
  }

  static long nanos() {
    return System.nanoTime();
  }
}
