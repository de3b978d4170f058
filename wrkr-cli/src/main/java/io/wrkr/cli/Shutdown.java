package io.wrkr.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells a command that runs until told otherwise to end, and its process when it has. */
final class Shutdown {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Runnable drain;

  /** Has this called at the request, at once if there was one. */
  void onRequest(Runnable drain) {
    synchronized (this) {
      this.drain = drain;
    }
    if (isRequested()) {
      drain.run();
    }
  }

  /** Asks for the end; tells whether something drains now. */
  boolean request() {
    Runnable call;
    synchronized (this) {
      requested.countDown();
      call = drain;
    }
    if (call != null) {
      call.run();
    }
    return call != null;
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits this long for the request; tells whether it came. */
  boolean awaitRequest(Duration limit) throws InterruptedException {
    return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The command is done. */
  void ended() {
    ended.countDown();
  }

  boolean isEnded() {
    return ended.getCount() == 0;
  }

  void awaitEnd(Duration limit) {
    try {
      ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
