package io.wrkr.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Random;

/**
 * Plain JDBC on a scratch file beside the bus's, opened as the bus opens its own (WAL, every commit
 * synced, no generated keys), by one connection, as SQLite has one writer.
 *
 * <ol>
 *   <li>One transaction inserts 100 events and their deliveries, with the columns and indexes that
 *       the bus has.
 *   <li>One moves the deliveries' due instant to the end of a lease and raises their token.
 *   <li>One deletes the deliveries and the events.
 * </ol>
 *
 * <p>The bus writes as many rows: it keeps the event for its dedupe window instead of deleting it,
 * and inserts a record of that.
 */
final class SqliteRawLimit implements RawLimit {
  private static final List<String> SET_UP =
      List.of(
          "PRAGMA journal_mode = WAL",
          "PRAGMA synchronous = FULL",
          "PRAGMA wal_autocheckpoint = 4000",
          "CREATE TABLE event (id text PRIMARY KEY, name text NOT NULL, tid text,"
              + " published_at integer NOT NULL, headers text NOT NULL,"
              + " content_type text NOT NULL, payload blob NOT NULL, queue_ids text NOT NULL,"
              + " live integer NOT NULL)",
          "CREATE TABLE delivery (event_id text NOT NULL, queue_id integer NOT NULL,"
              + " due_at integer NOT NULL, seq integer NOT NULL, first_due integer NOT NULL,"
              + " attempt integer NOT NULL, token integer NOT NULL, leased integer NOT NULL,"
              + " dedupe integer NOT NULL, tid text, PRIMARY KEY (event_id, queue_id))"
              + " WITHOUT ROWID",
          "CREATE INDEX delivery_due ON delivery (queue_id, due_at, seq)");

  private static final String EVENT =
      "INSERT INTO event VALUES (?, 'wrkr.bench.event', NULL, ?, '', 'application/json', ?, ',1,',"
          + " 1)";
  private static final String DELIVERY =
      "INSERT INTO delivery VALUES (?, ?, ?, ?, ?, 0, ?, 0, 3600000000, NULL)";
  private static final String LEASE =
      "UPDATE delivery SET due_at = due_at + 30000000, token = token + 1, leased = 1,"
          + " attempt = attempt + 1 WHERE event_id = ? AND queue_id = ?";
  private static final String ACK = "DELETE FROM delivery WHERE event_id = ? AND queue_id = ?";
  private static final String PRUNE = "DELETE FROM event WHERE id = ?";

  private final Path file;
  private final int queues;
  private final byte[] payload;
  private final Connection connection;
  private final Random random = new Random(1);
  private long sequence;

  private SqliteRawLimit(Path file, BenchPlan plan) throws SQLException {
    this.file = file;
    this.queues = plan.queues();
    this.payload = Payloads.of(plan.payload()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Properties settings = new Properties();
    settings.setProperty("jdbc.get_generated_keys", "false");
    this.connection = DriverManager.getConnection("jdbc:sqlite:" + file, settings);
    try (Statement statement = connection.createStatement()) {
      for (String each : SET_UP) {
        statement.execute(each);
      }
    }
    connection.setAutoCommit(false);
  }

  static RawLimit beside(String bus, BenchPlan plan) {
    int options = bus.indexOf('?');
    Path own = Path.of(options < 0 ? bus : bus.substring(0, options)).toAbsolutePath();
    Path file = own.resolveSibling(own.getFileName() + "-bench");
    try {
      remove(file);
      return new SqliteRawLimit(file, plan);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("the scratch file " + file + " cannot be used: " + e, e);
    }
  }

  @Override
  public String what() {
    return "plain JDBC on SQLite, the same writes in batches of " + BATCH;
  }

  @Override
  public void run(int events) {
    try (PreparedStatement event = connection.prepareStatement(EVENT);
        PreparedStatement delivery = connection.prepareStatement(DELIVERY);
        PreparedStatement lease = connection.prepareStatement(LEASE);
        PreparedStatement ack = connection.prepareStatement(ACK);
        PreparedStatement prune = connection.prepareStatement(PRUNE)) {
      for (int from = 0; from < events; from += BATCH) {
        String[] ids = ids(Math.min(BATCH, events - from));
        store(event, delivery, ids);
        byKey(lease, ids);
        connection.commit();
        byKey(ack, ids);
        for (String id : ids) {
          prune.setString(1, id);
          prune.addBatch();
        }
        prune.executeBatch();
        connection.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch file " + file + " failed: " + e, e);
    }
  }

  private void store(PreparedStatement event, PreparedStatement delivery, String[] ids)
      throws SQLException {
    long now = Seam.now().toEpochMilli() * 1000;
    for (String id : ids) {
      event.setString(1, id);
      event.setLong(2, now);
      event.setBytes(3, payload);
      event.addBatch();
      for (int queue = 0; queue < queues; queue++) {
        delivery.setString(1, id);
        delivery.setInt(2, queue);
        delivery.setLong(3, now);
        delivery.setLong(4, ++sequence);
        delivery.setLong(5, now);
        delivery.setLong(6, sequence);
        delivery.addBatch();
      }
    }
    event.executeBatch();
    delivery.executeBatch();
    connection.commit();
  }

  private void byKey(PreparedStatement statement, String[] ids) throws SQLException {
    for (String id : ids) {
      for (int queue = 0; queue < queues; queue++) {
        statement.setString(1, id);
        statement.setInt(2, queue);
        statement.addBatch();
      }
    }
    statement.executeBatch();
  }

  /** As long as the bus's own, and rising as they do. */
  private String[] ids(int count) {
    String[] ids = new String[count];
    for (int i = 0; i < count; i++) {
      String number = Long.toHexString(0x0190_0000_0000_0000L + ++sequence);
      String rest = Long.toHexString(0x8000_0000_0000_0000L | random.nextLong());
      ids[i] = "0" + number + "-" + rest + "-bench-----";
    }
    return ids;
  }

  @Override
  public void close() {
    try (connection) {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException("the scratch file " + file + " cannot be closed: " + e, e);
    } finally {
      try {
        remove(file);
      } catch (IOException e) {
        // What cannot be removed is named so that nobody misses it.
      }
    }
  }

  private static void remove(Path file) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }
}
