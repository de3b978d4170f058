package io.wrkr;

import io.wrkr.spi.Stage;
import java.time.Duration;

/**
 * Prunes what retention allows, and looks after recurrences, on a thread of its own, in small
 * steps.
 */
final class Housekeeper {
  private static final int STEP = 1000;
  private static final long BETWEEN_STEPS = Duration.ofMillis(20).toNanos();
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private final Bus bus;
  private final Runnable regularly;
  private final Stage.Role role;

  Housekeeper(Bus bus, Runnable regularly) {
    this.bus = bus;
    this.regularly = regularly;
    this.role = bus.stage().role("wrkr-housekeeper", false, this::runOnce);
    role.start();
  }

  void wake() {
    role.wake();
  }

  private long runOnce() {
    try {
      if (bus.backend().prune(STEP) >= STEP) {
        return BETWEEN_STEPS;
      }
      regularly.run();
    } catch (RuntimeException e) {
      bus.notices().fault("housekeeping", e);
    }
    return Stage.idle((long) (INTERVAL * (0.5 + bus.random().nextDouble())));
  }

  void close(Duration limit) {
    role.stop(limit);
  }
}
