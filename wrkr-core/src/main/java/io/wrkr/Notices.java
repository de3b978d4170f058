package io.wrkr;

import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries notices to the listeners on a thread of their own, so that none can hold up the bus. */
final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final int CAPACITY = 10_000;
  private static final long LONGEST_WAIT = Duration.ofMillis(100).toNanos();

  private final List<WrkrListener> listeners;
  private final BlockingQueue<Consumer<WrkrListener>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final LongAdder dropped = new LongAdder();
  private final Stage stage;
  private final Stage.@Nullable Role role;

  Notices(List<WrkrListener> listeners, Stage stage) {
    this.listeners = List.copyOf(listeners);
    this.stage = stage;
    this.role = listeners.isEmpty() ? null : stage.role("wrkr-listener", false, this::deliver);
    if (role != null) {
      role.start();
    }
  }

  boolean isWanted() {
    return role != null;
  }

  void send(Consumer<WrkrListener> notice) {
    if (role == null) {
      return;
    }
    if (!queue.offer(notice)) {
      dropped.increment();
    }
    role.wake();
  }

  /** Reports a fault of the bus itself, to the log as well. */
  void fault(String what, Throwable failure) {
    LOG.warn("{} failed and will be tried again: {}", what, Failures.summary(failure));
    LOG.debug("{} failed", what, failure);
    send(listener -> listener.fault(what, failure));
  }

  private long deliver() {
    for (Consumer<WrkrListener> next = queue.poll(); next != null; next = queue.poll()) {
      Consumer<WrkrListener> notice = next;
      listeners.forEach(listener -> tell(listener, notice));
      reportDropped();
    }
    return Stage.idle(LONGEST_WAIT);
  }

  private void reportDropped() {
    long count = dropped.sumThenReset();
    if (count > 0) {
      LOG.warn("{} notices were dropped because a listener is slow", count);
    }
  }

  private static void tell(WrkrListener listener, Consumer<WrkrListener> notice) {
    try {
      notice.accept(listener);
    } catch (Throwable failure) {
      LOG.warn("A listener threw: {}", Failures.summary(failure));
    }
  }

  /** Delivers what waits, within the limit, and ends the thread. */
  void close(Duration limit) {
    if (role != null) {
      CompletableFuture<Boolean> told = new CompletableFuture<>();
      send(last -> told.complete(true));
      stage.await(told, limit);
      role.stop(limit);
    }
  }
}
