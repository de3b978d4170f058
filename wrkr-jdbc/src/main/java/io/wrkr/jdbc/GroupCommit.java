package io.wrkr.jdbc;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The store of SQLite: one connection writes, few read.
 *
 * <p>A commit waits for the disk, so writes share it: a thread puts its work in line; the first to
 * find nobody leading leads, that is takes all that is in line and all that comes while it runs
 * that in one transaction, commits and wakes the others. Whoever comes during the commit forms the
 * next group. Nobody waits for a timer, and a lone thread commits at once, on its own thread.
 *
 * <p>If any work of a group fails, the transaction is rolled back and each runs again in one of its
 * own: a failing call never fails its neighbours, and the calm case needs no savepoints.
 *
 * <p>Interrupts never reach the database nor leave the outcome open: a waiting thread goes on
 * waiting and has its flag set again when it returns.
 */
final class GroupCommit implements Store {
  /** Bounds how long the first of a group waits for the last. */
  private static final int MAX_GROUP = 64;

  private final SqliteFile file;
  private final Failures failures;
  private final Queue<Task<?>> line = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean led = new AtomicBoolean();
  private final SqliteReaders readers;
  private final Runnable onRollback;
  private volatile boolean closed;
  private volatile long lastSeen;

  /** Used by the leader only; null before the first use and after a failed rollback. */
  private @Nullable Session writer;

  /** Creates a store that calls {@code onRollback} before anybody learns of a rollback. */
  GroupCommit(SqliteFile file, Failures failures, Runnable onRollback) {
    this.onRollback = onRollback;
    this.file = file;
    this.failures = failures;
    this.readers = new SqliteReaders(file, failures);
  }

  /** Work in line, and later its result. */
  private static final class Task<T extends @Nullable Object> {
    private final Work<T> work;
    private final Thread owner = Thread.currentThread();
    private @Nullable T result;
    private @Nullable RuntimeException failure;
    private volatile boolean done;

    Task(Work<T> work) {
      this.work = work;
    }

    void run(Session session) throws SQLException {
      result = work.run(session);
    }

    void end(@Nullable RuntimeException failure) {
      this.failure = failure;
      done = true;
      if (owner != Thread.currentThread()) {
        LockSupport.unpark(owner);
      }
    }

    @SuppressWarnings("NullAway") // null only where T allows it
    T result() {
      if (failure != null) {
        throw failure;
      }
      return result;
    }
  }

  @Override
  public <T extends @Nullable Object> T write(Work<T> work) {
    Task<T> task = new Task<>(work);
    line.add(task);
    boolean interrupted = false;
    while (!task.done) {
      if (led.compareAndSet(false, true)) {
        lead();
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return task.result();
  }

  @Override
  public <T extends @Nullable Object> T writeReserved(Work<T> work) {
    return write(work);
  }

  @Override
  public <T extends @Nullable Object> T writeOnce(Work<T> work) {
    return write(work);
  }

  @Override
  public <T extends @Nullable Object> T read(Work<T> work) {
    requireOpen();
    return readers.read(work);
  }

  private void lead() {
    try {
      List<Task<?>> group = new ArrayList<>();
      fill(group);
      // Nobody is in line when the former leader was still ending this thread's work.
      if (!group.isEmpty()) {
        commit(group);
      }
    } finally {
      handOver();
    }
  }

  private void fill(List<Task<?>> group) {
    while (group.size() < MAX_GROUP) {
      Task<?> task = line.poll();
      if (task == null) {
        return;
      }
      group.add(task);
    }
  }

  /** Runs the group; whoever comes in line before its last work has run shares the commit. */
  private boolean runAll(Session session, List<Task<?>> group) throws SQLException {
    for (int i = 0; i < group.size(); i++) {
      group.get(i).run(session);
      if (i == group.size() - 1) {
        fill(group);
      }
    }
    return true;
  }

  private static boolean runAlone(Session session, Task<?> task) throws SQLException {
    task.run(session);
    return true;
  }

  /** Stops leading and wakes one that came in line meanwhile: it found this thread leading. */
  private void handOver() {
    led.set(false);
    Task<?> next = line.peek();
    if (next != null) {
      LockSupport.unpark(next.owner);
    }
  }

  private void commit(List<Task<?>> group) {
    RuntimeException failure = transaction(session -> runAll(session, group));
    if (failure == null || group.size() == 1 || !(failure instanceof WorkFailed)) {
      group.forEach(task -> task.end(unwrapped(failure)));
      return;
    }
    for (Task<?> task : group) {
      task.end(unwrapped(transaction(session -> runAlone(session, task))));
    }
  }

  private static @Nullable RuntimeException unwrapped(@Nullable RuntimeException failure) {
    return failure instanceof WorkFailed work ? work.failure : failure;
  }

  /** Says that the transaction failed by one of its works, so that the others may fare better. */
  private static final class WorkFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient RuntimeException failure;

    WorkFailed(RuntimeException failure) {
      super(null, null, false, false);
      this.failure = failure;
    }
  }

  private @Nullable RuntimeException transaction(Work<Boolean> work) {
    Session session;
    try {
      requireOpen();
      session = writer();
      session.execute("BEGIN IMMEDIATE");
    } catch (SQLException e) {
      return failures.beforeCommit(e);
    } catch (RuntimeException e) {
      return e;
    }
    try {
      work.run(session);
    } catch (SQLException e) {
      rollback(session);
      return new WorkFailed(failures.beforeCommit(e));
    } catch (RuntimeException e) {
      rollback(session);
      return new WorkFailed(e);
    } catch (Error e) {
      rollback(session);
      return new WorkFailed(new BackendException(Outcome.FAILED, "The write failed: " + e, e));
    }
    try {
      session.execute("COMMIT");
      return null;
    } catch (SQLException e) {
      rollback(session);
      return failures.inCommit(e);
    }
  }

  private void rollback(Session session) {
    onRollback.run();
    try {
      session.execute("ROLLBACK");
    } catch (SQLException e) {
      // Some failures end the transaction by themselves; a new connection is right in any case.
      writer = null;
      closeQuietly(session);
    }
  }

  private Session writer() throws SQLException {
    if (writer == null) {
      writer = Session.owning(file.open());
    }
    return writer;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The backend is closed: open another one");
    }
  }

  /**
   * Returns a number that changes with every commit by another connection. While somebody writes it
   * may be an old one: the next call tells.
   */
  long othersCommits() {
    if (!led.compareAndSet(false, true)) {
      return lastSeen;
    }
    try {
      requireOpen();
      lastSeen = writer().one("PRAGMA data_version", row -> row.getLong(1));
      return lastSeen;
    } catch (SQLException e) {
      throw failures.beforeCommit(e);
    } finally {
      handOver();
    }
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (!led.compareAndSet(false, true)) {
      LockSupport.parkNanos(this, 1_000_000);
      interrupted |= Thread.interrupted();
    }
    try {
      if (writer != null) {
        closeQuietly(writer);
        writer = null;
      }
      readers.close();
    } finally {
      led.set(false);
      line.forEach(task -> LockSupport.unpark(task.owner));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Session session) {
    try {
      session.close();
    } catch (SQLException e) {
      // Nothing was left uncommitted that anybody waits for.
    }
  }
}
