package io.wrkr.jdbc;

import io.wrkr.jdbc.Examining.Look;
import java.sql.SQLException;
import java.util.List;

/** PostgreSQL. */
final class Postgres extends Server {
  /** Any number that no other use of advisory locks is likely to take. */
  private static final long SCHEMA_LOCK = 0x77726b72L;

  @Override
  String schemaFile() {
    return "postgresql";
  }

  @Override
  String clock() {
    return "coalesce(?::bigint, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)";
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
