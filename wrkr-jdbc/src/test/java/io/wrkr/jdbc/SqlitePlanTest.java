package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statements that run all the time reach their rows by an index, whatever else there is. */
class SqlitePlanTest {
  private static final JdbcOptions OPTIONS = JdbcOptions.defaults();

  @TempDir Path directory;
  private Path file;
  private final Sql sql = new Sql(new Sqlite(), OPTIONS);
  private final Claiming claiming =
      new Claiming(sql, new Sqlite(), new Catalog(sql), new EventRows());

  @BeforeEach
  void waiting() {
    file = directory.resolve("wrkr.db");
    try (JdbcBackend backend = JdbcBackend.sqlite(file, OPTIONS.relaxed())) {
      backend.subscribe(new Subscription("q", "#"), false);
      Due later = new Due.After(Duration.ofDays(7));
      for (int batch = 0; batch < 10; batch++) {
        int first = batch * 1000;
        List<OutgoingEvent> events =
            IntStream.range(first, first + 1000)
                .mapToObj(i -> Events.event("e" + i, later, 10))
                .toList();
        backend.publish(events);
      }
    }
  }

  @Test
  void a_claim_walks_the_index_of_due_instants_and_sorts_nothing() throws SQLException {
    assertThat(plan(claiming.ready))
        .singleElement()
        .asString()
        .contains("SEARCH d USING INDEX wrkr_delivery_due (queue_id=? AND due_at<?)");
    assertThat(plan(claiming.next))
        .singleElement()
        .asString()
        .contains("USING COVERING INDEX wrkr_delivery_due (queue_id=? AND due_at>?)");
  }

  @Test
  void a_claim_in_order_asks_for_each_candidate_by_index() throws SQLException {
    assertThat(plan(claiming.readyInOrder))
        .allSatisfy(step -> assertThat(step).doesNotContain("SCAN").doesNotContain("B-TREE"))
        .anySatisfy(step -> assertThat(step).contains("wrkr_delivery_due"))
        .anySatisfy(step -> assertThat(step).contains("wrkr_delivery_lane"))
        .anySatisfy(step -> assertThat(step).contains("wrkr_delivery_tid"))
        .anySatisfy(step -> assertThat(step).contains("wrkr_dead_tid"));
  }

  @Test
  void writes_by_key_use_the_key() throws SQLException {
    assertThat(plan(claiming.take.replace("??", "?, ?")))
        .allSatisfy(step -> assertThat(step).contains("PRIMARY KEY (event_id=? AND queue_id=?)"));
  }

  @Test
  void statistics_change_no_plan() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }

    a_claim_walks_the_index_of_due_instants_and_sorts_nothing();
    a_claim_in_order_asks_for_each_candidate_by_index();
    writes_by_key_use_the_key();
  }

  private List<String> plan(String statement) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Connection connection = connect();
        Statement explain = connection.createStatement();
        ResultSet rows = explain.executeQuery("EXPLAIN QUERY PLAN " + statement)) {
      while (rows.next()) {
        String step = rows.getString("detail");
        if (!step.contains("SUBQUERY")) {
          steps.add(step);
        }
      }
    }
    return steps;
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }
}
