package io.wrkr.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections to a server come from. Safe for any thread. */
interface Connections extends AutoCloseable {

  Connection take() throws SQLException;

  /** Takes one for the extending of leases, which must go on when all others are busy. */
  Connection takeReserved() throws SQLException;

  /** Sees to it that there will be such a one; leases are about to be taken. */
  default void reserve() throws SQLException {}

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
}
