package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's table of backends and capabilities is what the backends declare. */
class CapabilitiesDocTest {
  private static final Path README = Repository.ROOT.resolve("README.md");
  private static final String BEGIN = "<!-- capabilities -->\n";
  private static final String END = "<!-- /capabilities -->\n";

  @TempDir Path folder;

  @Test
  void table_of_capabilities_is_what_the_backends_declare() {
    String text = Repository.read(README);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    List<List<String>> there = cells(text.substring(from, to));
    String table = markdown(columns(there));

    if (Repository.REWRITE) {
      Repository.write(README, text.substring(0, from) + table + text.substring(to));
    } else {
      assertThat(text.substring(from, to))
          .as("to rewrite the table: %s", Repository.REWRITE_COMMAND)
          .isEqualTo(table);
    }
  }

  /** A server that is not there leaves its column as it is. */
  private Map<String, List<String>> columns(List<List<String>> there) {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    columns.put("memory", declared("memory:"));
    columns.put("SQLite", declared("sqlite:" + folder.resolve("wrkr.db")));
    Map<String, String> servers =
        Map.of(
            "PostgreSQL",
            given(
                "WRKR_TEST_POSTGRESQL",
                "jdbc:postgresql://127.0.0.1:5432/test?user=root&password=S3cr3t-canary&connectTimeout=3"),
            "MariaDB",
            given("WRKR_TEST_MARIADB", "jdbc:mariadb://127.0.0.1:3306/test?user=root"));
    for (String server : List.of("PostgreSQL", "MariaDB")) {
      columns.put(
          server, ofServer(server, servers.get(server)).orElseGet(() -> kept(there, server)));
    }
    // Compared where its server is started: by the tests of wrkr-mongo.
    columns.put("MongoDB", kept(there, "MongoDB"));
    return columns;
  }

  private static String given(String variable, String fallback) {
    return Optional.ofNullable(System.getenv(variable)).orElse(fallback);
  }

  private static List<String> kept(List<List<String>> there, String column) {
    int index = there.get(0).indexOf(column);
    return there.stream().skip(2).map(row -> row.get(index)).toList();
  }

  private static Optional<List<String>> ofServer(String name, String uri) {
    String prefix = "docs" + ProcessHandle.current().pid();
    try (Connection connection = DriverManager.getConnection(uri)) {
      List<String> column = declared(uri + (uri.contains("?") ? "&" : "?") + "prefix=" + prefix);
      drop(connection, prefix);
      return Optional.of(column);
    } catch (SQLException e) {
      System.out.println("not run: the column of " + name + ", no server (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  private static void drop(Connection connection, String prefix) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows =
        connection.getMetaData().getTables(null, null, prefix + "%", new String[] {"TABLE"})) {
      while (rows.next()) {
        tables.add(rows.getString("TABLE_NAME"));
      }
    }
    try (var statement = connection.createStatement()) {
      for (String table : tables) {
        statement.execute("DROP TABLE " + table);
      }
    }
  }

  private static List<String> declared(String uri) {
    try (Backend backend = open(uri)) {
      Capabilities declared = backend.capabilities();
      List<String> column = new ArrayList<>();
      rows().values().forEach(row -> column.add(row.apply(declared)));
      return column;
    }
  }

  private static Backend open(String uri) {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.schemes().stream().anyMatch(uri::startsWith))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no backend for " + uri))
        .open(uri);
  }

  private static Map<String, Function<Capabilities, String>> rows() {
    Map<String, Function<Capabilities, String>> rows = new LinkedHashMap<>();
    for (Capability each : Capability.values()) {
      rows.put(words(each), declared -> declared.has(each) ? "yes" : "-");
    }
    rows.put("longest delay", declared -> shown(declared.maxDelay()));
    rows.put("due instants rounded up by at most", declared -> shown(declared.precision()));
    rows.put("longest lease", declared -> shown(declared.maxLease()));
    rows.put("largest payload", declared -> declared.maxPayloadBytes() / 1_000_000 + " MB");
    rows.put("events in one step", declared -> String.format("%,d", declared.maxBatch()));
    return rows;
  }

  /** A new capability gets its words here, or this does not compile. */
  private static String words(Capability capability) {
    String words =
        switch (capability) {
          case PERSISTENT -> "survives a restart of all processes";
          case SHARED -> "several instances on one store";
          case CRASH_SAFE -> "a killed store loses nothing confirmed";
          case DELAY -> "due instants in the future";
          case RETRY_DELAY -> "retry and release with a delay";
          case EXTEND -> "leases can be extended";
          case FENCED -> "stale tokens are refused by the store";
          case DEDUPE -> "one event id, one delivery per queue";
          case ORDER_BY_TID -> "queues that keep the order of each tid";
          case ATOMIC_BATCH -> "a publish of several events is all or nothing";
          case TX_JOIN -> "publish inside the caller's transaction";
          case FIND -> "find and count deliveries";
          case CANCEL -> "cancel and reschedule";
          case DEAD_LETTERS -> "list, redrive, discard dead letters";
          case ARCHIVE -> "keep or move what was handled";
          case REPLAY -> "deliver archived events again";
          case LIST_SUBSCRIPTIONS -> "list subscriptions";
          case PATTERN -> "`*` and `#` in subscriptions";
          case WAKE -> "hints of arrivals in other processes";
        };
    return "`" + capability + "` " + words;
  }

  private static String shown(Duration duration) {
    if (duration.toDays() >= 365) {
      return duration.toDays() / 365 + " years";
    }
    if (duration.toDays() > 0) {
      return duration.toDays() + (duration.toDays() == 1 ? " day" : " days");
    }
    return duration.toMillis() > 0
        ? duration.toMillis() + " ms"
        : duration.toNanos() / 1000 + " µs";
  }

  private static String markdown(Map<String, List<String>> columns) {
    StringBuilder text = new StringBuilder("| capability |");
    columns.keySet().forEach(name -> text.append(' ').append(name).append(" |"));
    text.append("\n|---|").append(":-:|".repeat(columns.size())).append('\n');
    int row = 0;
    for (String name : rows().keySet()) {
      text.append("| ").append(name).append(" |");
      for (List<String> column : columns.values()) {
        text.append(' ').append(column.get(row)).append(" |");
      }
      text.append('\n');
      row++;
    }
    return text.toString();
  }

  private static List<List<String>> cells(String table) {
    return table
        .lines()
        .filter(line -> line.startsWith("|"))
        .map(line -> List.of(line.substring(1).split("\\|", -1)))
        .map(row -> row.stream().map(String::strip).toList())
        .toList();
  }
}
