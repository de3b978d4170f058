package io.wrkr.jdbc;

import java.sql.SQLException;

/** H2, for tests of this module only: it has lost commits that it had confirmed. */
final class H2 extends Server {
  @Override
  String schemaFile() {
    return "h2";
  }

  @Override
  String clock() {
    return "coalesce(CAST(? AS bigint),"
        + " CAST(extract(epoch FROM current_timestamp(6)) * 1000000 AS bigint))";
  }

  @Override
  String forShare() {
    return "";
  }

  @Override
  void lockSchema(Session session) {}

  @Override
  boolean isMissingTable(SQLException failure) {
    return state(failure).equals("42S02") || state(failure).equals("42S04");
  }
}
