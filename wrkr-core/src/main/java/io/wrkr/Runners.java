package io.wrkr;

import io.wrkr.QueueEngine.Load;
import io.wrkr.spi.Stage;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is handed to a queue's worker on the executor, no more at once than the queue's
 * concurrency. A runner takes one task after the other and ends when none waits. Thread-safe.
 *
 * <p>Waking a thread costs more than a fast handler does, so only as many runners are started as
 * the measured handling time asks for; the rest follow a moment later if what was added still
 * waits.
 */
final class Runners {
  /** Something to run, that stands for so many deliveries. */
  interface Task extends Runnable {
    int size();
  }

  /** Few runners do for handlers that are done with all that waits within this time. */
  private static final long DRAIN_NANOS = 500_000;

  /** What waits longer than this gets all the runners there may be. */
  private static final long CATCH_UP_NANOS = 1_000_000;

  private final Stage stage;
  private final Executor executor;
  private final Runnable roomMade;
  private final Queue<Task> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingSize = new AtomicInteger();
  private final AtomicInteger runningSize = new AtomicInteger();
  private final AtomicInteger runners = new AtomicInteger();
  private final LongAdder handled = new LongAdder();
  private final LongAdder handlingNanos = new LongAdder();
  private final LongAdder handledInAll = new LongAdder();
  private long handledBefore;
  private volatile int concurrency;
  private volatile int roomBelow = -1;
  private volatile long addedAt;
  private volatile double meanNanos = DRAIN_NANOS;

  /** Creates runners that call {@code roomMade} when what waits has sunk to the mark asked for. */
  Runners(Stage stage, Executor executor, int concurrency, Runnable roomMade) {
    this.stage = stage;
    this.executor = executor;
    this.concurrency = concurrency;
    this.roomMade = roomMade;
  }

  void concurrency(int concurrency) {
    this.concurrency = concurrency;
    start(concurrency);
  }

  void add(Collection<? extends Task> tasks) {
    for (Task task : tasks) {
      waitingSize.addAndGet(task.size());
      waiting.add(task);
    }
    addedAt = stage.nanos();
    start((int) Math.min(concurrency, 1 + waitingSize.get() * meanNanos / DRAIN_NANOS));
  }

  /** Takes what has not begun away again. */
  @Nullable Task takeBack() {
    Task task = waiting.poll();
    if (task != null) {
      waitingSize.addAndGet(-task.size());
    }
    return task;
  }

  Load load() {
    // Read in this order a task on its way from waiting to running counts twice, never not at all.
    int running = runningSize.get();
    return new Load(waitingSize.get(), running);
  }

  /** Asks for one call of {@code roomMade} when no more than {@code mark} deliveries wait. */
  void tellWhenWaiting(int mark) {
    roomBelow = mark;
  }

  /** Returns how long a delivery took on average since the last call, or -1 when none ended. */
  double sampleMeanNanos() {
    long count = handled.sumThenReset();
    long nanos = handlingNanos.sumThenReset();
    if (count == 0) {
      return -1;
    }
    double mean = (double) nanos / count;
    handledInAll.add(count);
    meanNanos = 0.7 * meanNanos + 0.3 * Math.min(mean, DRAIN_NANOS);
    return mean;
  }

  boolean isIdle() {
    return runners.get() == 0 && waiting.isEmpty();
  }

  /**
   * Starts more runners when what was added still waits: all of them when nothing moves, because a
   * handler blocks or the executor refused, and twice as many when it moves too slowly. Called by
   * one thread. Returns how long to wait before looking again.
   */
  long catchUp(long now) {
    if (waitingSize.get() == 0 || runners.get() >= concurrency) {
      return Long.MAX_VALUE;
    }
    long left = addedAt + CATCH_UP_NANOS - now;
    if (left > 0) {
      return left;
    }
    long done = handledInAll.sum();
    boolean stuck = done == handledBefore;
    handledBefore = done;
    addedAt = now;
    if (stuck) {
      start(concurrency);
    } else if (waitingSize.get() * meanNanos > 4 * DRAIN_NANOS * runners.get()) {
      start(Math.min(concurrency, 2 * runners.get()));
    }
    return CATCH_UP_NANOS;
  }

  private void start(int limit) {
    // Counted, not compared: runners that are done already must not be started again for nothing.
    int more = Math.min(limit - runners.get(), waitingSize.get());
    for (int i = 0; i < more && claimPlace() && execute(); i++) {}
  }

  private boolean execute() {
    try {
      executor.execute(this::run);
      return true;
    } catch (RejectedExecutionException refused) {
      runners.decrementAndGet();
      return false;
    }
  }

  private void run() {
    do {
      try {
        for (Task task = next(); task != null; task = next()) {
          run(task);
        }
      } finally {
        runners.decrementAndGet();
      }
      // Whoever added a task meanwhile may have seen this runner as active.
    } while (!waiting.isEmpty() && claimPlace());
    roomMade.run();
  }

  private @Nullable Task next() {
    if (runners.get() > concurrency) {
      return null;
    }
    Task task = waiting.poll();
    if (task != null) {
      runningSize.addAndGet(task.size());
      waitingSize.addAndGet(-task.size());
    }
    return task;
  }

  private boolean claimPlace() {
    int active = runners.get();
    return active < concurrency && runners.compareAndSet(active, active + 1);
  }

  private void run(Task task) {
    long begun = stage.nanos();
    try {
      task.run();
    } finally {
      // A handler may leave its thread interrupted; the next delivery must not suffer for it.
      Thread.interrupted();
      runningSize.addAndGet(-task.size());
      handled.add(task.size());
      handlingNanos.add(stage.nanos() - begun);
      if (waitingSize.get() <= roomBelow) {
        roomBelow = -1;
        roomMade.run();
      }
    }
  }
}
