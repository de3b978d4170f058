package io.wrkr.jdbc;

import io.wrkr.jdbc.Session.IfThere;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of database servers: each call borrows a connection, sets it to READ COMMITTED, and
 * gives it back as it was; those of the backend's own pool stay set.
 */
final class ServerStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(ServerStore.class);

  private final Connections connections;
  private final Failures failures;
  private volatile boolean closed;

  ServerStore(Connections connections, Failures failures) {
    this.connections = connections;
    this.failures = failures;
  }

  /** How the work is committed. */
  private enum Mode {
    TRANSACTION,
    EACH_STATEMENT
  }

  @Override
  public <T extends @Nullable Object> T write(Work<T> work) {
    return borrowed(work, Mode.TRANSACTION, false);
  }

  @Override
  public <T extends @Nullable Object> T writeReserved(Work<T> work) {
    return borrowed(work, Mode.TRANSACTION, true);
  }

  @Override
  public void reserve() {
    try {
      connections.reserve();
    } catch (SQLException e) {
      throw failures.connecting(e);
    }
  }

  @Override
  public <T extends @Nullable Object> T writeOnce(Work<T> work) {
    return borrowed(
        session -> {
          try {
            return work.run(session);
          } catch (SQLException e) {
            // The statement commits by itself, so its answer is the commit's.
            throw failures.inCommit(e);
          }
        },
        Mode.EACH_STATEMENT,
        false);
  }

  @Override
  public <T extends @Nullable Object> T read(Work<T> work) {
    return borrowed(work, Mode.EACH_STATEMENT, false);
  }

  /**
   * A key that is there already says that the work met a rival; its second try looks before it
   * writes. Nothing was done, so that this repeats no effect.
   */
  private <T extends @Nullable Object> T borrowed(Work<T> work, Mode mode, boolean reserved) {
    try {
      return borrowed(work, mode, reserved, IfThere.FAIL);
    } catch (DuplicateFound e) {
      try {
        return borrowed(work, mode, reserved, IfThere.LOOK_FIRST);
      } catch (DuplicateFound again) {
        throw failures.beforeCommit(again.failure);
      }
    }
  }

  /** Says that a key is there already. */
  private static final class DuplicateFound extends Exception {
    private static final long serialVersionUID = 1L;
    private final SQLException failure;

    DuplicateFound(SQLException failure) {
      super(null, failure, false, false);
      this.failure = failure;
    }
  }

  private <T extends @Nullable Object> T borrowed(
      Work<T> work, Mode mode, boolean reserved, IfThere ifThere) throws DuplicateFound {
    if (closed) {
      throw new IllegalStateException("The backend is closed: open another one");
    }
    Connection connection;
    try {
      connection = reserved ? connections.takeReserved() : connections.take();
    } catch (SQLException e) {
      throw failures.connecting(e);
    }
    boolean sound = false;
    try {
      T result = run(connection, work, mode, ifThere);
      sound = true;
      return result;
    } catch (SQLException e) {
      sound = !failures.isBroken(e) && rolledBack(connection);
      if (failures.isDuplicate(e)) {
        throw new DuplicateFound(e);
      }
      throw failures.beforeCommit(e);
    } catch (BackendException e) {
      sound = e.outcome() == Outcome.FAILED && rolledBack(connection);
      throw e;
    } catch (RuntimeException e) {
      sound = rolledBack(connection);
      throw e;
    } finally {
      giveBack(connection, !sound, reserved);
    }
  }

  private <T extends @Nullable Object> T run(
      Connection connection, Work<T> work, Mode mode, IfThere ifThere) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (connections.areOwn()) {
      if (autoCommit != (mode == Mode.EACH_STATEMENT)) {
        connection.setAutoCommit(!autoCommit);
      }
      return runSet(connection, work, mode, ifThere);
    }
    int isolation = connection.getTransactionIsolation();
    if (autoCommit != (mode == Mode.EACH_STATEMENT)) {
      connection.setAutoCommit(!autoCommit);
    }
    if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    try {
      return runSet(connection, work, mode, ifThere);
    } catch (SQLException | RuntimeException e) {
      rolledBack(connection);
      throw e;
    } finally {
      restore(connection, autoCommit, isolation);
    }
  }

  private <T extends @Nullable Object> T runSet(
      Connection connection, Work<T> work, Mode mode, IfThere ifThere) throws SQLException {
    Session session = Session.borrowing(connection, ifThere);
    T result = work.run(session);
    if (mode == Mode.TRANSACTION) {
      commit(connection);
      runLater(connection, session.later());
    }
    return result;
  }

  /** The transaction stands, whatever becomes of this. */
  private static void runLater(Connection connection, List<Work<?>> later) {
    try {
      for (Work<?> work : later) {
        work.run(Session.borrowing(connection, IfThere.FAIL));
        connection.commit();
      }
    } catch (SQLException e) {
      LOG.debug("A step after a commit failed; its effect comes later", e);
      rolledBack(connection);
    }
  }

  private void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw failures.inCommit(e);
    }
  }

  private static void restore(Connection connection, boolean autoCommit, int isolation) {
    try {
      if (connection.getTransactionIsolation() != isolation) {
        connection.setTransactionIsolation(isolation);
      }
      if (connection.getAutoCommit() != autoCommit) {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      // Only a broken connection cannot be set back, and that one is not used again.
    }
  }

  private static boolean rolledBack(Connection connection) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private void giveBack(Connection connection, boolean broken, boolean reserved) {
    try {
      connections.giveBack(connection, broken, reserved);
    } catch (SQLException e) {
      // What was committed stays so; the pool finds out by itself.
    }
  }

  @Override
  public void close() {
    closed = true;
    connections.close();
  }
}
