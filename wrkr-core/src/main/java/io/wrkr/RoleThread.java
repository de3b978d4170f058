package io.wrkr;

import io.wrkr.spi.Stage;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that repeats one step, waiting as long as the step says or until woken, and survives
 * whatever the step throws. Thread-safe.
 */
@SystemSeam
final class RoleThread implements Stage.Role {
  private static final Logger LOG = LoggerFactory.getLogger(RoleThread.class);
  private static final long AFTER_FAULT_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier step;
  private final Thread thread;
  private volatile boolean woken;
  private volatile boolean stopped;

  /** Creates one that keeps the JVM alive, if {@code foreground}, until it is stopped. */
  RoleThread(String name, boolean foreground, LongSupplier step) {
    this.step = step;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(!foreground);
  }

  @Override
  public void start() {
    thread.start();
  }

  /** Makes the next step begin at once. Cheap when the thread is not waiting. */
  @Override
  public void wake() {
    if (!woken) {
      woken = true;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!stopped) {
      woken = false;
      await(Math.abs(step()));
    }
  }

  /** Waits all of this time unless woken: a stray permit or interrupt would make it a busy loop. */
  private void await(long wait) {
    long end = System.nanoTime() + wait;
    for (long left = wait; left > 0 && !woken && !stopped; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      Thread.interrupted();
    }
  }

  private long step() {
    try {
      return step.getAsLong();
    } catch (Throwable fault) {
      LOG.error("{} goes on after a fault: {}", thread.getName(), Failures.summary(fault), fault);
      return AFTER_FAULT_NANOS;
    }
  }

  /** Ends the thread after its current step, waiting at most this long; false if it still runs. */
  @Override
  public boolean stop(Duration limit) {
    stopped = true;
    LockSupport.unpark(thread);
    if (thread == Thread.currentThread()) {
      return false;
    }
    return Uninterrupted.join(thread, limit);
  }
}
