package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Settlement;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows edited by hand into nonsense hold up nothing but themselves. */
class EditedRowsTest {
  private static final int SEEDS = 60;
  private static final int EVENTS = 12;
  private static final int EDITS = 4;
  private static final int CLAIMS = 10;

  private static final String[] TEXTS = {
    "", "{", "[]", "{\"a\":1}", "null", "attempt 7 at noon: ?", "😀", "x".repeat(400), "-1", "a.b"
  };
  private static final long[] NUMBERS = {-1, 0, 1, 7, 1_000_000, -1_000_000_000_000_000L};

  /** What is edited: table, its column for the event's id, a column, and whether it is a number. */
  private record Column(String table, String id, String name, boolean number) {
    static Column text(String table, String name) {
      return new Column(table, table.equals("event") ? "id" : "event_id", name, false);
    }

    static Column number(String table, String name) {
      return new Column(table, table.equals("event") ? "id" : "event_id", name, true);
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("event", "headers"),
          Column.text("event", "name"),
          Column.text("event", "tid"),
          Column.text("event", "content_type"),
          Column.text("event", "queue_ids"),
          Column.number("event", "published_at"),
          Column.number("event", "live"),
          Column.text("delivery", "history"),
          Column.text("delivery", "tid"),
          Column.text("delivery", "lane"),
          Column.number("delivery", "due_at"),
          Column.number("delivery", "first_due"),
          Column.number("delivery", "seq"),
          Column.number("delivery", "attempt"),
          Column.number("delivery", "token"),
          Column.number("delivery", "leased"),
          Column.number("delivery", "dedupe"),
          Column.text("dead", "reason"),
          Column.number("dead", "died_at"),
          Column.number("dead", "attempt"),
          Column.text("done", "history"),
          Column.number("done", "done_at"),
          Column.number("done", "keep_until"));

  @TempDir Path folder;

  /** Opens connections past the backend. */
  private interface Door {
    Connection open() throws SQLException;
  }

  @Test
  void edited_rows_on_sqlite_hold_up_nothing_but_themselves() throws SQLException {
    Path file = folder.resolve("bus.db");
    try (Backend backend = new JdbcProvider().open("sqlite:" + file)) {
      edit(backend, () -> DriverManager.getConnection("jdbc:sqlite:" + file), "wrkr");
    }
  }

  @Test
  void edited_rows_on_postgresql_hold_up_nothing_but_themselves() throws SQLException {
    edit(ServerTckStore.postgres());
  }

  @Test
  void edited_rows_on_mariadb_hold_up_nothing_but_themselves() throws SQLException {
    edit(ServerTckStore.mariaDb());
  }

  private static void edit(ServerTckStore store) throws SQLException {
    try (Backend backend = store.open()) {
      edit(backend, store::connect, store.prefix);
    } finally {
      store.drop();
    }
  }

  private static void edit(Backend backend, Door door, String prefix) throws SQLException {
    backend.subscribe(new Subscription("plain", "#"), false);
    backend.subscribe(new Subscription("ordered", "#"), true);
    int edited = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      List<String> ids = publish(backend, "s" + seed + "-");
      Random random = new Random(seed);
      Set<String> spoilt = new HashSet<>();
      for (int i = 0; i < EDITS; i++) {
        String id = ids.get(random.nextInt(ids.size()));
        edited += edit(door, prefix, id, random) ? 1 : 0;
        spoilt.add(id);
      }

      for (String queue : List.of("plain", "ordered")) {
        assertFlows(backend, queue, ids, spoilt, "seed " + seed);
      }
      look((Inspector) backend);
      backend.prune(1000);
    }
    assertThat(edited).isGreaterThan(SEEDS);
  }

  /** Publishes some; of one each is dead, kept and leased. */
  private static List<String> publish(Backend backend, String prefix) {
    List<String> ids = IntStream.range(0, EVENTS).mapToObj(i -> prefix + i).toList();
    List<String> early = ids.subList(0, 3);
    backend.publish(Events.of(early.toArray(new String[0])));
    for (ClaimedDelivery delivery : Events.deliveries(backend, "plain")) {
      int number = early.indexOf(delivery.event().id());
      if (number == 0) {
        backend.settle(List.of(new Settlement.DeadLetter(delivery.lease(), "no use")));
      } else if (number == 1) {
        Archive kept = Archive.keep(Duration.ofHours(1));
        backend.settle(List.of(new Settlement.Ack(delivery.lease(), kept, List.of())));
      }
    }
    backend.publish(Events.of(ids.subList(3, EVENTS).toArray(new String[0])));
    return ids;
  }

  /** Changes or removes a row; false if the server does not take it. */
  private static boolean edit(Door door, String prefix, String id, Random random)
      throws SQLException {
    Column column = COLUMNS.get(random.nextInt(COLUMNS.size()));
    boolean removes = random.nextInt(8) == 0;
    String sql =
        removes
            ? "DELETE FROM " + prefix + "_" + column.table + " WHERE " + column.id + " = ?"
            : "UPDATE "
                + prefix
                + "_"
                + column.table
                + " SET "
                + column.name
                + " = ? WHERE "
                + column.id
                + " = ?";
    try (Connection connection = door.open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      if (removes) {
        statement.setString(1, id);
      } else if (column.number) {
        statement.setLong(1, NUMBERS[random.nextInt(NUMBERS.length)]);
        statement.setString(2, id);
      } else {
        statement.setString(1, TEXTS[random.nextInt(TEXTS.length)]);
        statement.setString(2, id);
      }
      return statement.executeUpdate() > 0;
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("08")) {
        throw e;
      }
      return false; // too long, or there already: a rule of the table's
    }
  }

  private static void assertFlows(
      Backend backend, String queue, List<String> ids, Set<String> spoilt, String seed) {
    List<String> sound = new ArrayList<>(ids.subList(3, EVENTS));
    sound.removeAll(spoilt);
    for (int claims = 0; claims < CLAIMS && !sound.isEmpty(); claims++) {
      List<ClaimedDelivery> deliveries = Events.deliveries(backend, queue);
      deliveries.forEach(delivery -> sound.remove(delivery.event().id()));
      backend.settle(deliveries.stream().map(Events::ack).toList());
    }
    assertThat(sound).as("%s, never claimed from %s", seed, queue).isEmpty();
  }

  private static void look(Inspector inspector) {
    Query page = Query.all().limit(100);
    for (var next = inspector.find(page).next(); next.isPresent(); ) {
      next = inspector.find(page.after(next.get())).next();
    }
    inspector.stats();
    inspector.redrive(Query.all());
  }
}
