package io.wrkr.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Where connections to a server come from. Safe for any thread. */
interface Connections extends AutoCloseable {

  Connection take() throws SQLException;

  /** Takes one for the extending of leases, which must go on when all others are busy. */
  Connection takeReserved() throws SQLException;

  /**
   * Tells whether nobody else uses these connections, so that they come at READ COMMITTED and need
   * not be set back.
   */
  default boolean areOwn() {
    return false;
  }

  /** Gives a connection back, as it was taken; a broken one is closed. */
  void giveBack(Connection connection, boolean broken, boolean reserved) throws SQLException;

  @Override
  void close();

  /** Returns those of a source that is the caller's, pooled or not, with no more than it offers. */
  static Connections of(DataSource source) {
    return new Connections() {
      @Override
      public Connection take() throws SQLException {
        return source.getConnection();
      }

      @Override
      public Connection takeReserved() throws SQLException {
        return source.getConnection();
      }

      @Override
      public void giveBack(Connection connection, boolean broken, boolean reserved)
          throws SQLException {
        connection.close();
      }

      @Override
      public void close() {}
    };
  }
}
