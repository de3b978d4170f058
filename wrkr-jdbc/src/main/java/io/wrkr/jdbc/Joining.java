package io.wrkr.jdbc;

import io.wrkr.Receipt;
import io.wrkr.jdbc.Session.IfThere;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.OutgoingEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Publishes on a connection of the caller, inside its transaction.
 *
 * <ol>
 *   <li>The version of the subscriptions is read with a share lock, which holds them as they are
 *       until the caller's transaction ends; on PostgreSQL by the statement that stores.
 *   <li>Where the cached subscriptions are of another version they are read on a connection of the
 *       store's own: above READ COMMITTED the caller's may show an old state.
 *   <li>Where a refused insert would undo the caller's work, ids are looked up before. Elsewhere
 *       they are looked up after a refusal only: looking for what is not there, InnoDB locks the
 *       gap that the new events of others fall into, unless the caller chose READ COMMITTED.
 * </ol>
 */
final class Joining {
  private final Operations operations;
  private final Failures failures;
  private final IfThere ifThere;

  Joining(Dialect dialect, Operations operations) {
    this.operations = operations;
    this.ifThere = dialect.goesOnAfterDuplicate() ? IfThere.LOOK_AFTERWARDS : IfThere.LOOK_FIRST;
    this.failures = new Failures(dialect, "The caller's transaction");
  }

  /**
   * Stores events; what goes wrong leaves the transaction as the database leaves it.
   *
   * @throws IllegalArgumentException if the connection is closed or has no transaction
   */
  List<Receipt> publish(List<OutgoingEvent> events, Connection connection) {
    try {
      requireTransaction(connection);
      return operations.join(Session.borrowing(connection, ifThere), events);
    } catch (SQLException e) {
      throw failures.beforeCommit(e);
    }
  }

  private static void requireTransaction(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      throw new IllegalArgumentException("The connection is closed: give the one in use");
    }
    if (connection.getAutoCommit()) {
      throw new IllegalArgumentException(
          "The connection is in autocommit mode, so there is no transaction to join: call"
              + " setAutoCommit(false) first, or publish without within()");
    }
  }

  /** Says that the subscriptions moved on between two reads; nothing was stored. */
  static BackendException changed() {
    return new BackendException(
        BackendException.Outcome.FAILED, "the subscriptions changed in between", null);
  }
}
