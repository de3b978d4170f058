package io.wrkr.jdbc;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Registration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts backends together. */
final class Opening {
  private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

  /** Group commit takes whatever comes, so that the core need not gather publishes by itself. */
  private static final int SQLITE_WRITES = 8;

  private static final int SERVER_WRITES = 4;

  private Opening() {}

  static JdbcBackend sqlite(Path file, JdbcOptions options) {
    Path path = file.toAbsolutePath().normalize();
    // The driver reads what follows a question mark as options of the connection.
    if (path.toString().contains("?")) {
      throw new IllegalArgumentException("The path " + path + " has a question mark: rename it");
    }
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BackendException(
          Outcome.FATAL, "The directory of " + path + " does not exist: create it", null);
    }
    requireDriver("org.sqlite.JDBC", "org.xerial:sqlite-jdbc");
    String url = "jdbc:sqlite:" + path;
    // Else the driver asks, by one more statement after each insert, for a key that nobody wants.
    Properties settings = new Properties();
    settings.setProperty("jdbc.get_generated_keys", "false");
    return sqlite(() -> DriverManager.getConnection(url, settings), "SQLite file " + path, options);
  }

  private static JdbcBackend sqlite(SqliteFile.Opener opener, String where, JdbcOptions options) {
    Dialect dialect = new Sqlite();
    Sql sql = new Sql(dialect, options);
    Catalog catalog = new Catalog(sql);
    SqliteFile file = new SqliteFile(opener, options.synced());
    Failures failures = new Failures(dialect, where);
    GroupCommit store = new GroupCommit(file, failures, catalog::forget);
    Capabilities capabilities = Capabilities.of(ALL).parallelWrites(SQLITE_WRITES).hintingJoined();
    return prepared(
        store,
        sql,
        dialect,
        () ->
            new JdbcBackend(
                capabilities, new Parts(dialect, sql, store, catalog), new FileWatch(store)));
  }

  static JdbcBackend of(DataSource source, JdbcOptions options) {
    String product = product(source);
    if (product.equals("SQLite")) {
      return sqlite(source::getConnection, "SQLite", options);
    }
    return server(dialect(product), new SourceConnections(source), product, options);
  }

  private static String product(DataSource source) {
    try (Connection connection = source.getConnection()) {
      return connection.getMetaData().getDatabaseProductName();
    } catch (SQLException e) {
      throw new BackendException(
          Outcome.FAILED, "The database cannot be reached: " + e.getMessage(), e);
    }
  }

  static Dialect dialect(String product) {
    return switch (product) {
      case "PostgreSQL" -> new Postgres(false);
      case "MariaDB", "MySQL" -> new MariaDb();
      case "H2" -> new H2();
      default ->
          throw new BackendException(
              Outcome.FATAL,
              "The database " + product + " is not known: use SQLite, PostgreSQL, MariaDB or MySQL",
              null);
    };
  }

  static JdbcBackend server(
      Dialect dialect, Connections connections, String where, JdbcOptions options) {
    return server(dialect, connections, where, options, () -> null);
  }

  /** Opens a server whose hints, if there are any, are asked for once its schema is there. */
  static JdbcBackend server(
      Dialect dialect,
      Connections connections,
      String where,
      JdbcOptions options,
      Supplier<JdbcBackend.@Nullable Hints> probe) {
    Sql sql = new Sql(dialect, options);
    Catalog catalog = new Catalog(sql);
    ServerStore store = new ServerStore(connections, new Failures(dialect, where));
    return prepared(
        store,
        sql,
        dialect,
        () -> {
          JdbcBackend.Hints hints = probe.get();
          return new JdbcBackend(
              capabilities(dialect, hints != null),
              new Parts(dialect, sql, store, catalog),
              hints == null ? NO_HINTS : hints);
        });
  }

  private static Capabilities capabilities(Dialect dialect, boolean hinted) {
    Set<Capability> supported = EnumSet.copyOf(ALL);
    if (!hinted) {
      supported.remove(Capability.WAKE);
    }
    if (dialect instanceof H2) {
      supported.remove(Capability.CRASH_SAFE);
    }
    return Capabilities.of(supported).parallelWrites(SERVER_WRITES);
  }

  /** Servers tell nobody of arrivals: asking now and then finds them. */
  private static final JdbcBackend.Hints NO_HINTS =
      new JdbcBackend.Hints() {
        @Override
        public Registration add(String queue, Runnable hint) {
          return () -> {};
        }

        @Override
        public void close() {}
      };

  private static JdbcBackend prepared(
      Store store, Sql sql, Dialect dialect, Supplier<JdbcBackend> backend) {
    try {
      new Schema(sql, dialect).prepare(store);
      return backend.get();
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Fails with the artifact to add if the driver is not there. */
  static void requireDriver(String driver, String artifact) {
    try {
      Class.forName(driver);
    } catch (ClassNotFoundException e) {
      throw new BackendException(
          Outcome.FATAL,
          "The driver " + driver + " is missing: add " + artifact + " to the class path",
          e);
    }
  }
}
