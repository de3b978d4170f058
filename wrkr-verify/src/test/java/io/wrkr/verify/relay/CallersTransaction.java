package io.wrkr.verify.relay;

import io.wrkr.tck.TckTransaction;
import java.sql.Connection;
import java.sql.SQLException;

/** A transaction of the kit's own on a connection. */
final class CallersTransaction implements TckTransaction {
  private final Connection connection;

  /** Gives a connection. */
  @FunctionalInterface
  interface Source {
    Connection get() throws SQLException;
  }

  private interface Step {
    void run() throws SQLException;
  }

  private CallersTransaction(Connection connection) {
    this.connection = connection;
  }

  static CallersTransaction on(Source source) {
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
