package io.wrkr.cli.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Plain JDBC on tables of its own in the bus's database, by one connection.
 *
 * <ol>
 *   <li>One transaction inserts 100 events by one statement of many rows, and their deliveries by
 *       another, with the columns and indexes that the bus has.
 *   <li>One moves the deliveries' due instant to the end of a lease and raises their token.
 *   <li>One deletes the deliveries and the events.
 * </ol>
 *
 * <p>The bus writes as many rows: it keeps the event for its dedupe window instead of deleting it,
 * and inserts a record of that.
 */
final class ServerRawLimit implements RawLimit {
  private static final String OF_WRKR = "(?<=[?&])(prefix|schema|connections|hints)=[^&]*&?";
  private static final int EVENT_COLUMNS = 9;
  private static final int DELIVERY_COLUMNS = 10;

  private final String product;
  private final String tables = "wrkr_bench_" + Integer.toHexString(random().nextInt());
  private final int queues;
  private final byte[] payload;
  private final Connection connection;
  private final Random random = new Random(1);
  private long sequence;

  private ServerRawLimit(String product, Connection connection, BenchPlan plan)
      throws SQLException {
    this.product = product;
    this.connection = connection;
    this.queues = plan.queues();
    this.payload = Payloads.of(plan.payload()).getBytes(StandardCharsets.UTF_8);
    try (Statement statement = connection.createStatement()) {
      for (String each : schema()) {
        statement.execute(each);
      }
    }
    connection.setAutoCommit(false);
  }

  static RawLimit postgres(BenchPlan plan) {
    return on("PostgreSQL", plan);
  }

  static RawLimit mariaDb(BenchPlan plan) {
    return on("MariaDB", plan);
  }

  private static RawLimit on(String product, BenchPlan plan) {
    try {
      Connection connection = DriverManager.getConnection(driverUri(plan.uri()));
      try {
        return new ServerRawLimit(product, connection, plan);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The driver's URI: without Wrkr's own options. */
  static String driverUri(String uri) {
    return uri.replaceAll(OF_WRKR, "").replaceAll("[?&]$", "");
  }

  private static ThreadLocalRandom random() {
    return ThreadLocalRandom.current();
  }

  private static IllegalStateException failed(SQLException e) {
    return new IllegalStateException("the raw limit cannot be measured: " + e.getMessage(), e);
  }

  /** Returns what the names of its tables begin with. */
  String tables() {
    return tables;
  }

  private List<String> schema() {
    boolean maria = product.equals("MariaDB");
    String text = maria ? "varbinary(255)" : "text COLLATE \"C\"";
    String options =
        maria
            ? " ENGINE = InnoDB"
            : " WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0,"
                + " autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)";
    return List.of(
        String.format(
            "CREATE TABLE %s_event (id %s PRIMARY KEY, name %s NOT NULL, tid %s,"
                + " published_at bigint NOT NULL, headers text NOT NULL, content_type %s NOT NULL,"
                + " payload %s NOT NULL, queue_ids text NOT NULL, live integer NOT NULL)%s",
            tables, text, text, text, text, maria ? "longblob" : "bytea", maria ? options : ""),
        String.format(
            "CREATE TABLE %s_delivery (event_id %s NOT NULL, queue_id integer NOT NULL,"
                + " due_at bigint NOT NULL, seq bigint NOT NULL, first_due bigint NOT NULL,"
                + " attempt integer NOT NULL, token bigint NOT NULL, leased integer NOT NULL,"
                + " dedupe bigint NOT NULL, tid %s, PRIMARY KEY (event_id, queue_id))%s",
            tables, text, text, options),
        String.format(
            "CREATE INDEX %s_due ON %s_delivery (queue_id, due_at, seq)", tables, tables));
  }

  @Override
  public String what() {
    return "plain JDBC on " + product + ", the same writes in batches of " + BATCH;
  }

  @Override
  public void run(int events) {
    try {
      for (int from = 0; from < events; from += BATCH) {
        String[] ids = ids(Math.min(BATCH, events - from));
        store(ids);
        byKey(
            "UPDATE "
                + tables
                + "_delivery SET due_at = due_at + 30000000, token = token + 1,"
                + " leased = 1, attempt = attempt + 1 WHERE event_id",
            ids);
        connection.commit();
        byKey("DELETE FROM " + tables + "_delivery WHERE event_id", ids);
        byKey("DELETE FROM " + tables + "_event WHERE id", ids);
        connection.commit();
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public OptionalDouble insert(int events) {
    try {
      long begun = Seam.nanos();
      for (int from = 0; from < events; from += BATCH) {
        store(ids(Math.min(BATCH, events - from)));
      }
      double seconds = Math.max(1, Seam.nanos() - begun) / 1e9;
      execute("TRUNCATE TABLE " + tables + "_event");
      execute("TRUNCATE TABLE " + tables + "_delivery");
      return OptionalDouble.of(seconds);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    connection.commit();
  }

  private void store(String[] ids) throws SQLException {
    long now = Seam.now().toEpochMilli() * 1000;
    try (PreparedStatement event = insert("event", EVENT_COLUMNS, ids.length);
        PreparedStatement delivery = insert("delivery", DELIVERY_COLUMNS, ids.length * queues)) {
      int at = 1;
      int deliveryAt = 1;
      for (String id : ids) {
        at = bind(event, at, id, "wrkr.bench.event", null, now, "", "application/json", payload);
        at = bind(event, at, ",1,", 1);
        for (int queue = 0; queue < queues; queue++) {
          long seq = ++sequence;
          deliveryAt =
              bind(delivery, deliveryAt, id, queue, now, seq, now, 0, seq, 0, 3_600_000_000L, null);
        }
      }
      event.executeUpdate();
      delivery.executeUpdate();
    }
    connection.commit();
  }

  private PreparedStatement insert(String table, int columns, int rows) throws SQLException {
    String row = "(?" + ",?".repeat(columns - 1) + ")";
    return connection.prepareStatement(
        "INSERT INTO " + tables + "_" + table + " VALUES " + row + ("," + row).repeat(rows - 1));
  }

  private static int bind(PreparedStatement statement, int from, @Nullable Object... values)
      throws SQLException {
    int at = from;
    for (Object value : values) {
      statement.setObject(at++, value);
    }
    return at;
  }

  private void byKey(String sql, String[] ids) throws SQLException {
    String keys = " IN (?" + ",?".repeat(ids.length - 1) + ")";
    try (PreparedStatement statement = connection.prepareStatement(sql + keys)) {
      bind(statement, 1, (Object[]) ids);
      statement.executeUpdate();
    }
  }

  /** As long as the bus's own, and rising as they do. */
  private String[] ids(int count) {
    String[] ids = new String[count];
    for (int i = 0; i < count; i++) {
      String number = Long.toHexString(0x0190_0000_0000_0000L + ++sequence);
      String rest = Long.toHexString(0x8000_0000_0000_0000L | random.nextLong());
      ids[i] = "0" + number + "-" + rest + "-bench-----";
    }
    Arrays.sort(ids);
    return ids;
  }

  @Override
  public void close() {
    try (connection) {
      connection.rollback();
      execute("DROP TABLE " + tables + "_delivery");
      execute("DROP TABLE " + tables + "_event");
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the tables " + tables + "_event and _delivery cannot be removed: " + e.getMessage(), e);
    }
  }
}
