package io.wrkr.jdbc;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.Registration;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of commits to an SQLite file by other processes and other instances.
 *
 * <p>One thread, which lives while somebody listens, asks {@code PRAGMA data_version} on the
 * writing connection whenever nobody writes. That reads a counter in shared memory and no table; it
 * changes with every commit of another connection, so that this instance's own commits are no news.
 */
final class FileWatch implements JdbcBackend.Hints {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(35);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final GroupCommit store;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Guarded by this. */
  private @Nullable Thread thread;

  /** Guarded by this. */
  private boolean closed;

  /** A wish to be told; each is itself alone. */
  private static final class Listener {
    private final Runnable hint;

    Listener(Runnable hint) {
      this.hint = hint;
    }
  }

  FileWatch(GroupCommit store) {
    this.store = store;
  }

  @Override
  public synchronized Registration add(String queue, Runnable hint) {
    if (closed) {
      throw new IllegalStateException("The backend is closed: open another one");
    }
    Listener listener = new Listener(hint);
    listeners.add(listener);
    if (thread == null) {
      // The first look is taken here: what is committed after this call is noticed.
      long seen = store.othersCommits();
      thread = start(() -> watch(seen));
    }
    return () -> remove(listener);
  }

  private synchronized void remove(Listener listener) {
    listeners.remove(listener);
    wakeIfIdle();
  }

  private void wakeIfIdle() {
    if (listeners.isEmpty() && thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @SystemSeam
  private static Thread start(Runnable watch) {
    Thread thread = new Thread(watch, "wrkr-sqlite-watch");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void watch(long first) {
    long seen = first;
    while (goOn()) {
      try {
        LockSupport.parkNanos(INTERVAL.toNanos());
        long now = store.othersCommits();
        if (now != seen) {
          seen = now;
          listeners.forEach(FileWatch::tell);
        }
      } catch (BackendException | IllegalStateException e) {
        LOG.debug("Watching the SQLite file failed; deliveries are found by polling", e);
        LockSupport.parkNanos(AFTER_FAILURE.toNanos());
      }
    }
  }

  private static void tell(Listener listener) {
    try {
      listener.hint.run();
    } catch (RuntimeException e) {
      LOG.warn("A hint failed", e);
    }
  }

  /** Ends the thread, in one step with the decision, when nobody listens. */
  private synchronized boolean goOn() {
    if (listeners.isEmpty() && thread == Thread.currentThread()) {
      thread = null;
    }
    return thread == Thread.currentThread();
  }

  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      listeners.clear();
      running = thread;
      wakeIfIdle();
    }
    if (running != null && running != Thread.currentThread()) {
      joinUninterruptibly(running);
    }
  }

  private static void joinUninterruptibly(Thread running) {
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
