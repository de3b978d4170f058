package io.wrkr.jdbc;

import io.wrkr.jdbc.Examining.Look;
import java.sql.SQLException;
import java.util.List;

/** MariaDB and MySQL. */
final class MariaDb extends Server {
  // https://mariadb.com/docs/server/reference/error-codes
  private static final int DUPLICATE_KEY = 1062;
  private static final int NO_SUCH_TABLE = 1146;
  private static final String LOCK = "'wrkr_schema'";

  @Override
  String schemaFile() {
    return "mariadb";
  }

  @Override
  String clock() {
    return "coalesce(?, timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6)))";
  }

  @Override
  Operations operations(Parts parts, Publishing publishing, Operations steps) {
    return new MariaDbOperations(parts, publishing, steps);
  }

  @Override
  List<Look> looks(Sql sql) {
    return MariaDbLooks.all();
  }

  @Override
  String forShare() {
    return " LOCK IN SHARE MODE";
  }

  @Override
  String quoted(String identifier) {
    return '`' + identifier + '`';
  }

  @Override
  boolean goesOnAfterDuplicate() {
    return true;
  }

  /** Any other way locks rows that are none of this statement's business, hence deadlocks. */
  @Override
  String byPrimaryKey() {
    return " FORCE INDEX (PRIMARY)";
  }

  /**
   * Before its tables have grown, a DELETE by a list of keys reads all rows whatever index it is
   * told to use, and waits for those that others have locked. Joined to the list, it looks each up.
   */
  @Override
  String deleteFrom() {
    return "gone FROM (?+) AS those STRAIGHT_JOIN";
  }

  @Override
  String deleteThose() {
    return byPrimaryKey() + " ON gone.event_id = those.id AND";
  }

  @Override
  String byIndex(String index) {
    return " FORCE INDEX (" + index + ")";
  }

  /** Creating a table commits, so that only a lock of the connection lasts. */
  @Override
  void lockSchema(Session session) throws SQLException {
    session.query("SELECT GET_LOCK(" + LOCK + ", 20)", row -> true);
  }

  @Override
  void unlockSchema(Session session) throws SQLException {
    session.query("SELECT RELEASE_LOCK(" + LOCK + ")", row -> true);
  }

  @Override
  boolean isDuplicate(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  boolean isMissingTable(SQLException failure) {
    return failure.getErrorCode() == NO_SUCH_TABLE;
  }
}
