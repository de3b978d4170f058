package io.wrkr;

import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/** Extends the leases of all workers and enforces their time limits, on a thread of its own. */
final class LeaseRenewer {
  private static final long AFTER_FAULT_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(10).toNanos();

  private final Supplier<Collection<Worker>> workers;
  private final Notices notices;
  private final Stage.Role role;
  private volatile boolean all;

  LeaseRenewer(Supplier<Collection<Worker>> workers, Notices notices, Stage stage) {
    this.workers = workers;
    this.notices = notices;
    this.role = stage.role("wrkr-renewer", false, this::runOnce);
    role.start();
  }

  /** Looks again: a worker has come, whose leases may be shorter. */
  void wake() {
    role.wake();
  }

  /** Extends everything now: the clock was moved. */
  void extendAll() {
    all = true;
    role.wake();
  }

  private long runOnce() {
    boolean everything = all;
    all = false;
    long wait = LONGEST_WAIT_NANOS;
    boolean idle = true;
    for (Worker worker : workers.get()) {
      wait = Math.min(wait, renew(worker, everything));
      idle &= worker.holdsNothing();
    }
    return idle ? Stage.idle(wait) : wait;
  }

  private long renew(Worker worker, boolean everything) {
    try {
      return worker.renew(everything);
    } catch (RuntimeException e) {
      notices.fault("extend leases", e);
      return AFTER_FAULT_NANOS;
    }
  }

  void close(Duration limit) {
    role.stop(limit);
  }
}
