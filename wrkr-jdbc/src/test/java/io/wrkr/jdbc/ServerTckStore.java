package io.wrkr.jdbc;

import io.wrkr.spi.Backend;
import io.wrkr.tck.CallersTransaction;
import io.wrkr.tck.TckStore;
import io.wrkr.tck.TckTransaction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Tables on a server, under a prefix of this run's own. They are made once and emptied for each
 * test, since servers take long to make tables.
 */
final class ServerTckStore implements TckStore {
  private static final List<String> TABLES =
      List.of("queue", "subscription", "event", "delivery", "dead", "done", "ended", "meta");

  private final String uri;
  final String prefix;

  private ServerTckStore(String uri, String prefix) {
    this.uri = uri;
    this.prefix = prefix;
  }

  /** Returns empty tables on the server of this URI, or that of the environment; aborts without. */
  static ServerTckStore on(String variable, String fallback) {
    String given = System.getenv(variable);
    String uri = given == null ? fallback : given;
    ServerTckStore store = new ServerTckStore(uri, "t" + ProcessHandle.current().pid());
    try (Connection connection = store.connect()) {
      store.each(connection, "DELETE FROM ", TABLES.subList(0, TABLES.size() - 1));
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("42")) {
        return store; // no tables yet
      }
      String why = "not run: no server answers (" + e.getMessage() + "); set " + variable;
      System.out.println(why);
      Assumptions.abort(why);
    }
    return store;
  }

  static ServerTckStore postgres() {
    // The kit kills no server, so that its thousands of commits need not wait for the disk.
    return on(
        "WRKR_TEST_POSTGRESQL",
        "jdbc:postgresql://127.0.0.1:5432/test?user=root&password=S3cr3t-canary&connectTimeout=3"
            + "&options=-c%20synchronous_commit=off%20-c%20client_min_messages=warning");
  }

  static ServerTckStore mariaDb() {
    return on("WRKR_TEST_MARIADB", "jdbc:mariadb://127.0.0.1:3306/test?user=root");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(uri);
  }

  @Override
  public Backend open() {
    return open("");
  }

  /** Opens an instance with further options of its URI. */
  Backend open(String options) {
    String separator = uri.contains("?") ? "&" : "?";
    return Repeating.of(
        new JdbcProvider().open(uri + separator + "prefix=" + prefix + "&" + options));
  }

  @Override
  public TckTransaction begin() {
    return CallersTransaction.on(this::connect);
  }

  private void each(Connection connection, String verb, List<String> tables) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.execute(verb + prefix + "_" + table);
      }
    }
    connection.commit();
  }

  /** Removes the tables. */
  void drop() {
    try (Connection connection = connect()) {
      each(connection, "DROP TABLE IF EXISTS ", TABLES);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
