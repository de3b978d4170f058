package io.wrkr;

import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import java.time.Duration;

/** The options of one queue in this process; changed by {@link Queue} under its monitor. */
final class QueueOptions {
  static final Duration IDLE_POLL = Duration.ofSeconds(1);
  static final Duration IDLE_POLL_WITH_HINTS = Duration.ofSeconds(5);

  final String name;
  final Runnable arrived;
  volatile int concurrency = Queue.DEFAULT_CONCURRENCY;
  Duration lease = Queue.DEFAULT_LEASE;
  Duration maxHold = Queue.DEFAULT_MAX_HOLD;
  Duration timeout = Duration.ZERO;
  RetryPolicy retry = RetryPolicy.exponential();
  Archive archive = Archive.delete();
  boolean ordered;
  boolean manualAck;

  /** Creates the default options; {@code arrived} hints all workers of the instance. */
  QueueOptions(String name, Runnable arrived) {
    this.name = name;
    this.arrived = arrived;
  }

  QueueEngine.Settings engine(Capabilities capabilities) {
    Duration idle = capabilities.hintsAll() ? IDLE_POLL_WITH_HINTS : IDLE_POLL;
    boolean hints = capabilities.has(Capability.WAKE);
    return new QueueEngine.Settings(lease, maxHold, idle, hints, ordered, capabilities.maxBatch());
  }

  void requireLease(Bus bus, Duration lease) {
    Duration max = bus.capabilities().maxLease();
    if (lease.compareTo(max) > 0) {
      throw new UnsupportedCapabilityException(
          Capability.EXTEND,
          "A lease of " + lease + " is longer than this backend's " + max + ": shorten it");
    }
  }
}
