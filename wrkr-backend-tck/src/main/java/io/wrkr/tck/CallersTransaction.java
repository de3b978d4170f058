package io.wrkr.tck;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A {@link TckTransaction} on a database connection, for stores that join a {@link Connection}.
 * Used by one thread. What the database refuses is an {@link AssertionError}.
 */
public final class CallersTransaction implements TckTransaction {
  private final Connection connection;

  /** Gives a connection. */
  @FunctionalInterface
  public interface Source {
    /** Returns a connection that becomes the transaction's own. */
    Connection get() throws SQLException;
  }

  private interface Step {
    void run() throws SQLException;
  }

  private CallersTransaction(Connection connection) {
    this.connection = connection;
  }

  /** Begins a transaction on a connection of this source; closing it closes the connection. */
  public static CallersTransaction on(Source source) {
    try {
      Connection connection = source.get();
      connection.setAutoCommit(false);
      return new CallersTransaction(connection);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Object handle() {
    return connection;
  }

  /** Runs a statement of somebody else's. */
  public void execute(String sql) {
    run(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  @Override
  public void commit() {
    run(connection::commit);
  }

  @Override
  public void rollback() {
    run(connection::rollback);
  }

  @Override
  public void close() {
    run(connection::close);
  }

  private static void run(Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
