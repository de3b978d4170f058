package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.jdbc.Session.IfThere;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimedDelivery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The claim takes the index of due instants, whatever the planner believes of the tables. */
class PostgresPlanTest {
  private static final int MANY = 1_000_000;

  private final ServerTckStore store = ServerTckStore.postgres();
  private final Sql sql = new Sql(new Postgres(true), JdbcOptions.defaults().prefix(store.prefix));

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
    try (Connection connection = Postgres.byIndex(store.connect());
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

  @Test
  void statements_that_the_driver_keeps_prepared_read_no_table_from_end_to_end()
      throws SQLException {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      // Known to be small, and then large: as a burst finds it.
      statement.execute(sql.of("ANALYZE {event}"));
      statement.execute(sql.of("ANALYZE {delivery}"));
      long eventsBefore = walks(connection, "event");
      long deliveriesBefore = walks(connection, "delivery");

      try (Backend backend = store.open()) {
        for (int i = 0; i < 20; i++) {
          int from = i * 1000;
          backend.publish(
              Events.of(
                  IntStream.range(from, from + 1000)
                      .mapToObj(n -> "e" + n)
                      .toArray(String[]::new)));
        }
        for (int i = 0; i < 20; i++) {
          List<ClaimedDelivery> claimed = Events.deliveries(backend, "q");
          assertThat(claimed).isNotEmpty();
          backend.settle(claimed.stream().map(Events::ack).toList());
        }
      }

      assertThat(walks(connection, "event")).isEqualTo(eventsBefore);
      assertThat(walks(connection, "delivery")).isEqualTo(deliveriesBefore);
    }
  }

  /** Returns how often backends that are closed by now read a whole table. */
  private long walks(Connection connection, String table) throws SQLException {
    return Session.borrowing(connection, IfThere.FAIL)
        .one(
            "SELECT pg_stat_get_numscans(c.oid) FROM pg_class c WHERE c.relname = ?",
            row -> row.getLong(1),
            store.prefix + "_" + table);
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
    String claim = PostgresOperations.claim(sql);
    try (PreparedStatement explain =
        connection.prepareStatement("EXPLAIN (ANALYZE, BUFFERS) " + claim)) {
      Object[] values = {now, 1, 1L, 100, 30_000_000L, 1, 1, 100};
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
