package io.wrkr;

import io.wrkr.spi.SystemSeam;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which handlers run unless the user brings an executor. */
@SystemSeam
final class HandlerThreads {
  private HandlerThreads() {}

  /** Returns an executor as large as what the queues' concurrency asks of it. */
  static ExecutorService create() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "wrkr-handler-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
