package io.wrkr.jdbc;

import io.wrkr.spi.SystemSeam;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Opens connections to one SQLite file, each set up alike. */
final class SqliteFile {
  /** Earlier ones can damage a file in WAL mode: https://www.sqlite.org/wal.html#walresetbug */
  private static final int[] OLDEST = {3, 51, 3};

  private static final int BUSY_MILLIS = 5000;

  /** 16 MB of log before it is copied into the file: fewer and larger copies. */
  private static final int CHECKPOINT_PAGES = 4000;

  private final Opener opener;
  private final boolean synced;

  /** Opens a connection. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  SqliteFile(Opener opener, boolean synced) {
    this.opener = opener;
    this.synced = synced;
  }

  Connection open() throws SQLException {
    Connection connection = opener.open();
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      requireSafeVersion(text(statement, "SELECT sqlite_version()"));
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      useLog(statement);
      statement.execute("PRAGMA synchronous = " + (synced ? "FULL" : "NORMAL"));
      statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Turns to WAL mode unless the file is in it. SQLite refuses at once, without its busy wait, when
   * two programs that create one file turn at the same time; so this waits in its stead.
   */
  private static void useLog(Statement statement) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        if (text(statement, "PRAGMA journal_mode").equals("wal")) {
          return;
        }
        String mode = text(statement, "PRAGMA journal_mode = WAL");
        if (!mode.equals("wal")) {
          throw new SQLException("journal mode is " + mode + ", not WAL", null, Sqlite.CANTOPEN);
        }
        return;
      } catch (SQLException e) {
        if (Sqlite.code(e) != Sqlite.BUSY || tries == BUSY_MILLIS / 20) {
          throw e;
        }
        pause();
      }
    }
  }

  @SystemSeam
  private static void pause() {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(10_000_000, 30_000_000));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1).toLowerCase(Locale.ROOT) : "";
    }
  }

  static void requireSafeVersion(String version) throws SQLException {
    String[] parts = version.split("\\.");
    for (int i = 0; i < OLDEST.length; i++) {
      int part = i < parts.length ? Integer.parseInt(parts[i]) : 0;
      if (part > OLDEST[i]) {
        return;
      }
      if (part < OLDEST[i]) {
        throw new SQLException(
            "SQLite "
                + version
                + " can damage the file; use org.xerial:sqlite-jdbc 3.51.3.0 or newer",
            null,
            Sqlite.ERROR);
      }
    }
  }
}
