package io.wrkr.jdbc;

import io.wrkr.spi.SystemSeam;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few connections to a server that was opened by URI, and one more for the extending of leases,
 * which may thus go on when all others are busy.
 *
 * <p>A connection is opened when none is idle, and closed when a statement broke it. The server may
 * have cut off one that rested for a second, so it is asked before its use. The last given back is
 * the first taken, so that under little load the same few serve.
 */
final class Pool implements Connections {
  private static final int WAIT_SECONDS = 10;
  private static final int PROBE_SECONDS = 5;

  /** One used within this time is taken as it is; should it be cut, the call fails and repeats. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private final SqliteFile.Opener opener;
  private final Semaphore free;
  private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /** When a connection broke: what rested then may be cut off too, as by the server's end. */
  private volatile long suspect = nanos();

  private record Idle(Connection connection, long since) {}

  Pool(SqliteFile.Opener opener, int size) {
    this.opener = opener;
    this.free = new Semaphore(size, true);
  }

  @Override
  public boolean areOwn() {
    return true;
  }

  @Override
  public Connection take() throws SQLException {
    if (!acquire()) {
      throw new SQLException("No connection got free within " + WAIT_SECONDS + " seconds", "08001");
    }
    try {
      return idleOrNew();
    } catch (SQLException | RuntimeException e) {
      free.release();
      throw e;
    }
  }

  /** An interrupt neither shortens the wait nor is lost. */
  private boolean acquire() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return free.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Only the one thread that extends leases asks, so that this is one connection more. */
  @Override
  public Connection takeReserved() throws SQLException {
    return idleOrNew();
  }

  private Connection idleOrNew() throws SQLException {
    if (closed) {
      throw new IllegalStateException("The backend is closed: open another one");
    }
    for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (isFresh(next) || next.connection.isValid(PROBE_SECONDS)) {
        return next.connection;
      }
      next.connection.close();
    }
    return opened();
  }

  private boolean isFresh(Idle rested) {
    return rested.since - suspect > 0 && nanos() - rested.since < FRESH_NANOS;
  }

  private Connection opened() throws SQLException {
    Connection connection = opener.open();
    try {
      if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @SystemSeam
  private static long nanos() {
    return System.nanoTime();
  }

  @Override
  public void giveBack(Connection connection, boolean broken, boolean wasReserved)
      throws SQLException {
    if (!wasReserved) {
      free.release();
    }
    if (broken) {
      suspect = nanos();
      connection.close();
      return;
    }
    Idle rested = new Idle(connection, nanos());
    idle.addFirst(rested);
    if (closed && idle.remove(rested)) {
      connection.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (@Nullable Idle next = idle.poll(); next != null; next = idle.poll()) {
      try {
        next.connection.close();
      } catch (SQLException e) {
        // The server notices by itself.
      }
    }
  }
}
