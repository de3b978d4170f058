package io.wrkr.jdbc;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.BackendProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Opens {@code sqlite:path/to/file.db} and {@code jdbc:} URIs of PostgreSQL, MariaDB, MySQL and,
 * for tests, H2. Options of Wrkr's own follow after the question mark, among the driver's: {@code
 * prefix}, {@code schema}, {@code connections}; for SQLite {@code synchronous}, for PostgreSQL
 * {@code hints}.
 */
public final class JdbcProvider implements BackendProvider {
  private static final String SQLITE = "sqlite:";

  private static final Map<String, Kind> SERVERS =
      Map.of(
          "jdbc:postgresql:",
          new Kind("PostgreSQL", "org.postgresql.Driver", "org.postgresql:postgresql"),
          "jdbc:mariadb:",
          new Kind("MariaDB", "org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client"),
          "jdbc:mysql:",
          new Kind("MySQL", "com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j"),
          "jdbc:h2:",
          new Kind("H2", "org.h2.Driver", "com.h2database:h2"));

  private record Kind(String product, String driver, String artifact) {}

  @Override
  public Set<String> schemes() {
    return Set.of(SQLITE, "jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:", "jdbc:h2:");
  }

  @Override
  public Backend open(String uri) {
    JdbcUri parsed = JdbcUri.parse(uri);
    if (uri.startsWith(SQLITE)) {
      return sqlite(parsed);
    }
    for (Map.Entry<String, Kind> each : SERVERS.entrySet()) {
      if (uri.startsWith(each.getKey())) {
        return server(parsed, each.getValue());
      }
    }
    throw unknown(parsed);
  }

  @Override
  public Optional<String> schema(String uri) {
    JdbcUri parsed = JdbcUri.parse(uri);
    Dialect dialect =
        uri.startsWith(SQLITE)
            ? new Sqlite()
            : SERVERS.entrySet().stream()
                .filter(each -> uri.startsWith(each.getKey()))
                .map(each -> Opening.dialect(each.getValue().product))
                .findFirst()
                .orElseThrow(() -> unknown(parsed));
    return Optional.of(new Schema(new Sql(dialect, parsed.options()), dialect).text());
  }

  private IllegalArgumentException unknown(JdbcUri uri) {
    return new IllegalArgumentException(
        "The URI " + uri.shown() + " begins with none of " + schemes() + ": give one of these");
  }

  private static Backend sqlite(JdbcUri uri) {
    String path = uri.driver().substring(SQLITE.length());
    if (path.isEmpty() || path.startsWith(":memory:") || path.contains("?")) {
      throw new IllegalArgumentException(
          "The URI " + uri.shown() + " names no file: give sqlite:path/to/file.db");
    }
    try {
      return JdbcBackend.sqlite(Path.of(path), uri.options());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("The path of " + uri.shown() + " is not valid", e);
    }
  }

  private static Backend server(JdbcUri uri, Kind kind) {
    Opening.requireDriver(kind.driver, kind.artifact);
    Driver driver;
    try {
      driver = DriverManager.getDriver(uri.driver());
    } catch (SQLException e) {
      // Without the cause, whose message is the whole URI.
      throw new BackendException(
          Outcome.FATAL,
          "The driver of " + kind.product + " does not understand " + uri.shown() + ": correct it",
          null);
    }
    SqliteFile.Opener opener = () -> connect(driver, uri);
    // Without hints there may be a pooler between, and what is set on a connection somebody else's.
    boolean hinted = kind.product.equals("PostgreSQL") && uri.options().hinted();
    SqliteFile.Opener pooled = hinted ? () -> Postgres.byIndex(opener.open()) : opener;
    return Opening.server(
        hinted ? new Postgres(true) : Opening.dialect(kind.product),
        new Pool(pooled, uri.connections()),
        uri.shown(),
        uri.options(),
        () -> hinted ? PostgresHints.probed(opener, uri.options()) : null);
  }

  private static Connection connect(Driver driver, JdbcUri uri) throws SQLException {
    Connection connection = driver.connect(uri.driver(), new Properties());
    if (connection == null) {
      throw new SQLException("the driver does not take this URI", "08001");
    }
    return connection;
  }
}
