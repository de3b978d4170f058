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
import java.util.Optional;
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

  /**
   * Returns empty tables on the server that the environment names, else on the machine's, else on
   * one in a container; aborts without any.
   */
  static ServerTckStore on(String variable, String machines, Containers container) {
    String given = System.getenv(variable);
    try {
      return emptied(given == null ? machines : given);
    } catch (SQLException e) {
      Optional<String> uri = given == null ? container.uri() : Optional.empty();
      if (uri.isPresent()) {
        return emptiedIn(uri.get());
      }
      String why =
          "not run: no "
              + container
              + " answers ("
              + e.getMessage()
              + "), nor Docker; set "
              + variable;
      System.out.println(why);
      return Assumptions.abort(why);
    }
  }

  private static ServerTckStore emptiedIn(String container) {
    try {
      return emptied(container);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static ServerTckStore emptied(String uri) throws SQLException {
    ServerTckStore store = new ServerTckStore(uri, "t" + ProcessHandle.current().pid());
    try (Connection connection = store.connect()) {
      store.each(connection, "DELETE FROM ", TABLES.subList(0, TABLES.size() - 1));
    } catch (SQLException e) {
      boolean noTablesYet = String.valueOf(e.getSQLState()).startsWith("42");
      if (!noTablesYet) {
        throw e;
      }
    }
    return store;
  }

  static ServerTckStore postgres() {
    // The kit kills no server, so that its thousands of commits need not wait for the disk.
    return on(
        "WRKR_TEST_POSTGRESQL",
        "jdbc:postgresql://127.0.0.1:5432/test?user=root&password=S3cr3t-canary&connectTimeout=3"
            + "&options=-c%20synchronous_commit=off%20-c%20client_min_messages=warning",
        Containers.POSTGRESQL);
  }

  static ServerTckStore mariaDb() {
    return on(
        "WRKR_TEST_MARIADB", "jdbc:mariadb://127.0.0.1:3306/test?user=root", Containers.MARIADB);
  }

  /** No machine is known to have one. */
  static ServerTckStore mySql() {
    return on("WRKR_TEST_MYSQL", "", Containers.MYSQL);
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
