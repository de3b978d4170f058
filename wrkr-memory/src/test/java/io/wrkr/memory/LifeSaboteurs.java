package io.wrkr.memory;

import io.wrkr.Receipt;
import io.wrkr.spi.Backend;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.tck.ForwardingBackend;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Saboteurs that live and die wrongly. */
final class LifeSaboteurs {
  private LifeSaboteurs() {}

  static List<Saboteur> all() {
    return List.of(
        new Saboteur("WorksAfterClose", "LIFE-2", WorksAfterClose::new),
        new Saboteur("UnknownCalledRefused", "LIFE-8", UnknownCalledRefused::new));
  }

  private static final class WorksAfterClose extends ForwardingBackend {
    WorksAfterClose(Backend target) {
      super(target);
    }

    @Override
    public void close() {
      // Stays open.
    }
  }

  /** Says of what it stores while it is being closed that it was too late. */
  private static final class UnknownCalledRefused extends ForwardingBackend {
    private final CountDownLatch refused = new CountDownLatch(1);
    private volatile boolean closing;

    UnknownCalledRefused(Backend target) {
      super(target);
    }

    @Override
    public List<Receipt> publish(List<OutgoingEvent> events) {
      List<Receipt> receipts = super.publish(events);
      if (closing) {
        refused.countDown();
        throw new IllegalStateException("closed: open another");
      }
      return receipts;
    }

    @Override
    public void close() {
      closing = true;
      try {
        refused.await(200, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      super.close();
    }
  }
}
