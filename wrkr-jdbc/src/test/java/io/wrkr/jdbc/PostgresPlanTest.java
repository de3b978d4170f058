package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The claim takes the index of due instants, whatever the planner believes of the tables. */
class PostgresPlanTest {
  private static final int MANY = 1_000_000;

  private final ServerTckStore store = ServerTckStore.postgres();
  private final Sql sql = new Sql(new Postgres(), JdbcOptions.defaults().prefix(store.prefix));

  @BeforeEach
  void create() {
    try (Backend backend = store.open()) {
      backend.subscribe(new Subscription("q", "#"), false);
    }
  }

  @AfterEach
  void drop() {
    store.drop();
  }

  @Test
  void an_idle_claim_touches_few_pages_on_an_empty_a_fresh_and_a_huge_table() throws SQLException {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertFewPages(connection, null);

      // Inserted a moment ago: no statistics yet.
      statement.execute(
          sql.of(
              "INSERT INTO {delivery} SELECT 'e' || i, 1, 4000000000000000 + i, i, i, 0, i, 0, 0"
                  + " FROM generate_series(1, "
                  + MANY
                  + ") i"));
      assertFewPages(connection, null);
      assertFewPages(connection, 2_000_000_000_000_000L);

      statement.execute(sql.of("ANALYZE {delivery}"));
      assertFewPages(connection, null);
      connection.rollback();
    }
  }

  private void assertFewPages(Connection connection, @Nullable Long now) throws SQLException {
    List<String> plan = plan(connection, now);
    assertThat(plan)
        .anyMatch(line -> line.contains("Index") && line.contains("_delivery_due"))
        .noneMatch(line -> line.contains("Seq Scan on " + store.prefix + "_delivery"))
        .noneMatch(line -> line.contains("Sort"));
    int pages = 0;
    String buffers = plan.stream().filter(line -> line.contains("Buffers:")).findFirst().orElse("");
    for (String part : buffers.replaceAll("[^0-9 ]", " ").trim().split(" +")) {
      pages += part.isEmpty() ? 0 : Integer.parseInt(part);
    }
    assertThat(pages).as("pages of %s", plan).isLessThan(30);
  }

  private List<String> plan(Connection connection, @Nullable Long now) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement settings = connection.createStatement()) {
      settings.execute(PostgresOperations.BY_INDEX);
    }
    String claim = PostgresOperations.claim(sql);
    try (PreparedStatement explain =
        connection.prepareStatement("EXPLAIN (ANALYZE, BUFFERS) " + claim)) {
      Object[] values = {now, 1, 1L, 100, 30_000_000L, 1, 1};
      for (int i = 0; i < values.length; i++) {
        explain.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = explain.executeQuery()) {
        while (rows.next()) {
          lines.add(rows.getString(1));
        }
      }
    }
    return lines;
  }
}
