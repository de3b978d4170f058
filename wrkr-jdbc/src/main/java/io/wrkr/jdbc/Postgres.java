package io.wrkr.jdbc;

import io.wrkr.jdbc.Examining.Look;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** PostgreSQL. */
final class Postgres extends Server {
  /** Any number that no other use of advisory locks is likely to take. */
  private static final long SCHEMA_LOCK = 0x77726b72L;

  private static final String BY_INDEX =
      "SELECT set_config('enable_seqscan', 'off', false), set_config('enable_sort', 'off', false),"
          + " set_config('enable_bitmapscan', 'off', false),"
          + " set_config('enable_mergejoin', 'off', false), set_config('jit', 'off', false)";

  private final boolean byIndex;

  /**
   * Creates the dialect; {@code byIndex} says whether all connections were told {@link #byIndex}.
   */
  Postgres(boolean byIndex) {
    this.byIndex = byIndex;
  }

  /**
   * Makes the planner take the indexes from the first row on, for as long as the connection lives.
   * A table without statistics looks small to it, and a plan made then is kept while the table
   * grows. Set for each statement this would be undone before it: the driver waits for an answer,
   * which ends the transaction, before a query whose rows have no bound.
   */
  static Connection byIndex(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(BY_INDEX);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  String schemaFile() {
    return "postgresql";
  }

  @Override
  String clock() {
    return "coalesce(?::bigint, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)";
  }

  /**
   * No column of an index, for without statistics that of queues seems better than the key: it
   * would be walked from end to end for some ids.
   */
  @Override
  String queueBesideIds() {
    return byIndex ? "queue_id + 0" : "queue_id";
  }

  @Override
  Operations operations(Parts parts, Publishing publishing, Operations steps) {
    return new PostgresOperations(parts, publishing, steps);
  }

  @Override
  List<Look> looks(Sql sql) {
    return PostgresLooks.all(sql);
  }

  @Override
  String forShare() {
    return " FOR SHARE";
  }

  @Override
  void lockSchema(Session session) throws SQLException {
    session.query("SELECT pg_advisory_xact_lock(?)", row -> true, SCHEMA_LOCK);
  }

  @Override
  boolean isMissingTable(SQLException failure) {
    return state(failure).equals("42P01");
  }

  /** 57P01 to 57P03: the server is being shut down, or has just crashed. */
  @Override
  boolean isBroken(SQLException failure) {
    return super.isBroken(failure) || state(failure).startsWith("57P");
  }
}
