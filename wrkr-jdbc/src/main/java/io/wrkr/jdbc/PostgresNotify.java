package io.wrkr.jdbc;

import io.wrkr.spi.SystemSeam;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes on PostgreSQL that deliveries arrived.
 *
 * <p>A NOTIFY holds a lock of the whole server until its transaction ends, so it never joins a
 * publish: one thread sends it afterwards on a connection of its own, at once when it rested, else
 * {@link #PAUSE} after the last one, for all queues that got something meanwhile. What is lost is
 * found by polling.
 */
final class PostgresNotify implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresNotify.class);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final String SEND = "SELECT pg_notify(?, ? || q) FROM unnest(?::text[]) q";

  private final SqliteFile.Opener opener;
  private final String channel;
  private final String sender;
  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  /** Guarded by this, but for reads that wake it. */
  private volatile @Nullable Thread thread;

  private volatile boolean closed;

  PostgresNotify(SqliteFile.Opener opener, String channel, String sender) {
    this.opener = opener;
    this.channel = channel;
    this.sender = sender;
  }

  /** Takes note that these queues got something; returns at once. */
  void arrived(Collection<String> queues) {
    if (pending.addAll(queues)) {
      LockSupport.unpark(running());
    }
  }

  private @Nullable Thread running() {
    Thread running = thread;
    return running == null ? started() : running;
  }

  private synchronized @Nullable Thread started() {
    if (thread == null && !closed) {
      thread = start(this::run);
    }
    return thread;
  }

  @SystemSeam
  private static Thread start(Runnable work) {
    Thread thread = new Thread(work, "wrkr-postgresql-notify");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void run() {
    while (!closed) {
      try (Connection connection = opener.open()) {
        connection.setAutoCommit(true);
        while (!closed || !pending.isEmpty()) {
          if (pending.isEmpty()) {
            LockSupport.park(this);
          } else {
            send(connection);
            LockSupport.parkNanos(this, closed ? 0 : PAUSE.toNanos());
          }
        }
      } catch (SQLException e) {
        LOG.debug("Telling of arrivals failed; other processes find them by polling", e);
        LockSupport.parkNanos(this, AFTER_FAILURE.toNanos());
      }
    }
  }

  private void send(Connection connection) throws SQLException {
    String[] queues = pending.toArray(String[]::new);
    for (String queue : queues) {
      pending.remove(queue);
    }
    try (PreparedStatement statement = connection.prepareStatement(SEND)) {
      statement.setString(1, channel);
      statement.setString(2, sender);
      statement.setArray(3, connection.createArrayOf("text", queues));
      statement.execute();
    }
  }

  /** Sends what is still to be told, and ends the thread. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
    }
    LockSupport.unpark(running);
    if (running != null) {
      Threads.join(running);
    }
  }
}
