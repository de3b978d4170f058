package io.wrkr.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a source that is the caller's, pooled or not.
 *
 * <p>Handlers may hold all that a pool has, for longer than a lease. So once leases are taken one
 * connection is kept for extending them; it is asked before its use and replaced when it broke.
 */
final class SourceConnections implements Connections {
  private static final Logger LOG = LoggerFactory.getLogger(SourceConnections.class);
  private static final int PROBE_SECONDS = 5;

  private final DataSource source;
  private final AtomicReference<@Nullable Connection> reserved = new AtomicReference<>();
  private volatile boolean reserves;
  private volatile boolean closed;

  SourceConnections(DataSource source) {
    this.source = source;
  }

  @Override
  public Connection take() throws SQLException {
    return source.getConnection();
  }

  @Override
  public void reserve() throws SQLException {
    if (!reserves) {
      keep(source.getConnection());
      reserves = true;
    }
  }

  @Override
  public Connection takeReserved() throws SQLException {
    Connection kept = reserved.getAndSet(null);
    if (kept == null) {
      return source.getConnection();
    }
    if (kept.isValid(PROBE_SECONDS)) {
      return kept;
    }
    // Closed first: it may be the one that the pool has left.
    kept.close();
    return source.getConnection();
  }

  @Override
  public void giveBack(Connection connection, boolean broken, boolean wasReserved)
      throws SQLException {
    if (broken || !wasReserved || !reserves) {
      connection.close();
    } else {
      keep(connection);
    }
  }

  /** Keeps the connection unless one is kept already. */
  private void keep(Connection connection) throws SQLException {
    if (!reserved.compareAndSet(null, connection)) {
      connection.close();
    } else if (closed) {
      release();
    }
  }

  private void release() throws SQLException {
    Connection kept = reserved.getAndSet(null);
    if (kept != null) {
      kept.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      release();
    } catch (SQLException e) {
      LOG.debug("The connection kept for leases could not be given back", e);
    }
  }
}
