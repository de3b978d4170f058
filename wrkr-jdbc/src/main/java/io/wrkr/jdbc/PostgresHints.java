package io.wrkr.jdbc;

import io.wrkr.spi.Registration;
import io.wrkr.spi.SystemSeam;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints by LISTEN and NOTIFY. One thread listens on a connection of its own while somebody wants
 * hints; what this instance sent itself is no news. A connection that broke is replaced, and all
 * are told then, for something may have been missed.
 */
final class PostgresHints implements JdbcBackend.Hints {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresHints.class);
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final Duration LISTEN = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final String ALL = "*";

  private final SqliteFile.Opener opener;
  private final String channel;
  private final String sender = randomSender();
  private final PostgresNotify notify;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Guarded by this. */
  private @Nullable Thread thread;

  private volatile boolean closed;
  private volatile @Nullable Connection listening;

  /** A wish to be told; each is itself alone. */
  private static final class Listener {
    private final String queue;
    private final Runnable hint;

    Listener(String queue, Runnable hint) {
      this.queue = queue;
      this.hint = hint;
    }
  }

  private PostgresHints(SqliteFile.Opener opener, String channel) {
    this.opener = opener;
    this.channel = channel;
    this.notify = new PostgresNotify(opener, channel, sender);
  }

  /** Returns hints, or null where a notice does not come through, as behind many poolers. */
  static @Nullable PostgresHints probed(SqliteFile.Opener opener, JdbcOptions options) {
    String name = options.schema().map(schema -> schema + ".").orElse("") + options.prefix();
    PostgresHints hints = new PostgresHints(opener, name + "_arrivals");
    try (Connection listener = hints.open();
        PostgresNotify probe = new PostgresNotify(opener, hints.channel, hints.sender)) {
      probe.arrived(List.of(ALL));
      if (!received(listener, PROBE).isEmpty()) {
        return hints;
      }
      LOG.info("No notice came through to {}; arrivals are found by polling", hints.channel);
    } catch (SQLException | ReflectiveOperationException e) {
      LOG.debug("Hints cannot be had; arrivals are found by polling", e);
    }
    return null;
  }

  @SystemSeam
  private static String randomSender() {
    return UUID.randomUUID() + "/";
  }

  @Override
  public void arrived(Collection<String> queues) {
    notify.arrived(queues);
  }

  @Override
  public void arrivedAnywhere() {
    notify.arrived(List.of(ALL));
  }

  @Override
  public synchronized Registration add(String queue, Runnable hint) {
    if (closed) {
      throw new IllegalStateException("The backend is closed: open another one");
    }
    Listener listener = new Listener(queue, hint);
    listeners.add(listener);
    if (thread == null) {
      Connection first = null;
      try {
        // Opened here: what is told of after this call is heard.
        first = open();
      } catch (SQLException e) {
        LOG.debug("Listening failed at first; arrivals are found by polling", e);
      }
      Connection connection = first;
      thread = start(() -> listen(connection));
    }
    return () -> listeners.remove(listener);
  }

  @SystemSeam
  private static Thread start(Runnable work) {
    Thread thread = new Thread(work, "wrkr-postgresql-listen");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private Connection open() throws SQLException {
    Connection connection = opener.open();
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.execute("LISTEN \"" + channel + "\"");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private void listen(@Nullable Connection first) {
    Connection next = first;
    while (!closed) {
      try (Connection connection = next == null ? open() : next) {
        listening = connection;
        if (next == null) {
          tell(ALL);
        }
        next = null;
        while (!closed) {
          received(connection, LISTEN).forEach(this::heard);
        }
      } catch (SQLException | ReflectiveOperationException e) {
        next = null;
        if (!closed) {
          LOG.debug("Listening failed; arrivals are found by polling", e);
          LockSupport.parkNanos(this, AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void heard(String notice) {
    if (!notice.startsWith(sender)) {
      tell(notice.substring(notice.indexOf('/') + 1));
    }
  }

  private void tell(String queue) {
    for (Listener listener : listeners) {
      if (queue.equals(ALL) || listener.queue.equals(queue)) {
        try {
          listener.hint.run();
        } catch (RuntimeException e) {
          LOG.warn("A hint failed", e);
        }
      }
    }
  }

  /** Waits for notices; the driver is none of this module's dependencies, hence reflection. */
  private static List<String> received(Connection connection, Duration limit)
      throws SQLException, ReflectiveOperationException {
    Class<?> type = Class.forName("org.postgresql.PGConnection");
    Method getNotifications = type.getMethod("getNotifications", int.class);
    Object[] notices;
    try {
      notices = (Object[]) getNotifications.invoke(connection.unwrap(type), (int) limit.toMillis());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw e;
    }
    List<String> texts = new ArrayList<>();
    if (notices != null) {
      Method text = Class.forName("org.postgresql.PGNotification").getMethod("getParameter");
      for (Object notice : notices) {
        texts.add((String) text.invoke(notice));
      }
    }
    return texts;
  }

  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      listeners.clear();
      running = thread;
    }
    notify.close();
    Connection connection = listening;
    if (running != null && connection != null) {
      try {
        // Ends the wait for notices.
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("The listening connection could not be cut off and ends by itself", e);
      }
      LockSupport.unpark(running);
      Threads.join(running);
    }
  }
}
