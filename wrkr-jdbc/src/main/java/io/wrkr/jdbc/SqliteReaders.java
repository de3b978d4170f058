package io.wrkr.jdbc;

import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The reading connections of SQLite: two, so that a long count does not hold up idle claims. */
final class SqliteReaders implements AutoCloseable {
  private static final int CONNECTIONS = 2;

  private final SqliteFile file;
  private final Failures failures;
  private final Semaphore free = new Semaphore(CONNECTIONS);
  private final Queue<Session> idle = new ConcurrentLinkedQueue<>();

  SqliteReaders(SqliteFile file, Failures failures) {
    this.file = file;
    this.failures = failures;
  }

  <T extends @Nullable Object> T read(Work<T> work) {
    free.acquireUninterruptibly();
    try {
      Session session = idle.poll();
      if (session == null) {
        session = Session.owning(file.open());
      }
      // One that failed is used again: SQLite's connections do not break, statements do.
      try {
        return work.run(session);
      } finally {
        idle.add(session);
      }
    } catch (SQLException e) {
      throw failures.beforeCommit(e);
    } finally {
      free.release();
    }
  }

  @Override
  public void close() {
    free.acquireUninterruptibly(CONNECTIONS);
    try {
      for (Session session = idle.poll(); session != null; session = idle.poll()) {
        session.close();
      }
    } catch (SQLException e) {
      throw failures.beforeCommit(e);
    } finally {
      free.release(CONNECTIONS);
    }
  }
}
