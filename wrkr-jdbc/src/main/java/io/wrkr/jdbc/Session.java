package io.wrkr.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection and the few ways in which statements are run on it. Used by one thread at a time.
 *
 * <p>A collection among the values stands for the list that {@code (??)} in the statement becomes,
 * or for the rows of {@code (?+)}, whose column is {@code id}; it is filled up to a power of two by
 * repeating its last value, so that few statements serve all sizes.
 */
final class Session implements AutoCloseable {
  private final Connection connection;
  private final @Nullable Map<String, PreparedStatement> kept;
  private final IfThere ifThere;
  private final List<Work<?>> later = new ArrayList<>(0);

  /** What an insert does about keys that may be there already. */
  enum IfThere {
    /**
     * It fails, and the whole transaction is tried again looking first: else InnoDB would keep a
     * lock that deadlocks with a rival's.
     */
    FAIL,
    /** It looks for them when it was refused. */
    LOOK_AFTERWARDS,
    /** It looks for them before. */
    LOOK_FIRST
  }

  /** Reads one row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private Session(
      Connection connection, @Nullable Map<String, PreparedStatement> kept, IfThere ifThere) {
    this.connection = connection;
    this.kept = kept;
    this.ifThere = ifThere;
  }

  /** Returns a session on a connection of its own, which keeps its statements prepared. */
  static Session owning(Connection connection) {
    return new Session(connection, new HashMap<>(), IfThere.LOOK_AFTERWARDS);
  }

  /** Returns a session on a borrowed connection, which closes each statement. */
  static Session borrowing(Connection connection, IfThere ifThere) {
    return new Session(connection, null, ifThere);
  }

  Connection connection() {
    return connection;
  }

  /**
   * Asks for work to be done in a transaction of its own after this one, where others write too.
   */
  void afterCommit(Work<?> work) {
    if (kept == null) {
      later.add(work);
    }
  }

  List<Work<?>> later() {
    return later;
  }

  IfThere ifThere() {
    return ifThere;
  }

  <T> List<T> query(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepare(expand(sql, values));
    try {
      bind(statement, values);
      List<T> all = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(row.read(rows));
        }
      }
      return all;
    } finally {
      release(statement);
    }
  }

  /** Returns values as one of the given type of elements. */
  Array array(String type, @Nullable Object[] elements) throws SQLException {
    return connection.createArrayOf(type, elements);
  }

  /** Returns the row of a statement that always gives one. */
  <T> T one(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
    List<T> rows = query(sql, row, values);
    if (rows.size() != 1) {
      throw new SQLException("Expected one row, not " + rows.size() + ", of " + sql);
    }
    return rows.get(0);
  }

  /** Runs a statement and returns how many rows it changed. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepare(expand(sql, values));
    try {
      bind(statement, values);
      return statement.executeUpdate();
    } finally {
      release(statement);
    }
  }

  /** Runs the statement for each row of values. */
  void updateEach(String sql, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement statement = prepare(sql);
    try {
      for (@Nullable Object[] row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    } finally {
      release(statement);
    }
  }

  /** Inserts all rows. */
  void insert(Insert insert, List<@Nullable Object[]> rows) throws SQLException {
    int done = 0;
    while (done < rows.size()) {
      int size = chunk(rows.size() - done);
      insertChunk(insert, rows.subList(done, done + size));
      done += size;
    }
  }

  /** Returns how many of the remaining rows the next insert takes. */
  int chunk(int remaining) {
    return Insert.chunk(remaining, kept != null);
  }

  /** Inserts rows, as many as {@link #chunk} allows, by one statement. */
  void insertChunk(Insert insert, List<@Nullable Object[]> rows) throws SQLException {
    PreparedStatement statement = prepare(insert.sql(rows.size()));
    try {
      int index = 1;
      for (@Nullable Object[] row : rows) {
        for (Object value : row) {
          statement.setObject(index++, value);
        }
      }
      statement.executeUpdate();
    } finally {
      release(statement);
    }
  }

  /** Runs a statement without values, as it stands. */
  void execute(String sql) throws SQLException {
    PreparedStatement statement = prepare(sql);
    try {
      statement.execute();
    } finally {
      release(statement);
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    if (kept == null) {
      return connection.prepareStatement(sql);
    }
    PreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      kept.put(sql, statement);
    }
    return statement;
  }

  private void release(PreparedStatement statement) throws SQLException {
    if (kept == null) {
      statement.close();
    }
  }

  private static String expand(String sql, @Nullable Object[] values) {
    for (Object value : values) {
      if (value instanceof Collection<?> list) {
        int size = listSize(list);
        return sql.replace("??", String.join(",", Collections.nCopies(size, "?")))
            .replace("?+", "SELECT ? AS id" + " UNION ALL SELECT ?".repeat(size - 1));
      }
    }
    return sql;
  }

  private static int listSize(Collection<?> list) {
    int floor = Integer.highestOneBit(list.size());
    return floor == list.size() ? floor : floor * 2;
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] values)
      throws SQLException {
    int index = 1;
    for (Object value : values) {
      if (value instanceof Collection<?> list) {
        index = bindList(statement, index, list);
      } else {
        statement.setObject(index++, value);
      }
    }
  }

  private static int bindList(PreparedStatement statement, int start, Collection<?> list)
      throws SQLException {
    int index = start;
    Object last = null;
    for (Object value : list) {
      statement.setObject(index++, value);
      last = value;
    }
    for (int end = start + listSize(list); index < end; ) {
      statement.setObject(index++, last);
    }
    return index;
  }

  @Override
  public void close() throws SQLException {
    // A driver may leave the file open while a statement is.
    if (kept != null) {
      for (PreparedStatement statement : kept.values()) {
        statement.close();
      }
    }
    connection.close();
  }
}
