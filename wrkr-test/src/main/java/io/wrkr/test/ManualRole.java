package io.wrkr.test;

import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A role of the bus whose steps the stage runs when they are due. */
final class ManualRole implements Stage.Role {
  private static final long NEVER = Long.MAX_VALUE;

  private final ManualStage stage;
  private final LongSupplier step;
  private volatile boolean woken;
  private volatile boolean ended = true;
  private boolean running;
  private long dueNanos = NEVER;

  ManualRole(ManualStage stage, LongSupplier step) {
    this.stage = stage;
    this.step = step;
  }

  @Override
  public void start() {
    ended = false;
    woken = true;
  }

  @Override
  public void wake() {
    woken = true;
  }

  @Override
  public boolean stop(Duration limit) {
    ended = true;
    stage.remove(this);
    return !running;
  }

  /** Tells whether a step is due; never while one is running further up the stack. */
  boolean isDue(long nanos) {
    return !ended && !running && (woken || dueNanos <= nanos);
  }

  /** Returns when the next step is due by itself; at the end of time if only a wake can. */
  long dueNanos() {
    return ended || running ? NEVER : dueNanos;
  }

  void run() {
    running = true;
    woken = false;
    dueNanos = NEVER;
    try {
      long wait = step.getAsLong();
      if (wait >= 0) {
        dueNanos = stage.nanos() + wait;
      }
    } finally {
      running = false;
    }
  }
}
