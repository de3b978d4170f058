package io.wrkr.jdbc;

import io.wrkr.Subscription;
import io.wrkr.jdbc.Routes.Entry;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.Pattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queues and subscriptions, and the store's clock, read together.
 *
 * <p>Every change raises one version in the store within its own transaction. Whoever needs the
 * subscriptions reads that version and takes the cached ones only if they are of it: one row read
 * instead of all, and never an old answer.
 */
final class Catalog {
  private final String moment;
  private final String sharedMoment;
  private final String all;
  private final String raise;
  private final String insertQueue;
  private final String order;
  private final String fillTids;
  private final String insertSubscription;
  private final String deleteSubscription;
  private volatile Routes routes = new Routes(-1, List.of());
  private volatile @Nullable InstantSource clock;

  /** The store's now and its subscriptions then. */
  record Moment(Routes routes, long now) {}

  private record Stamp(long version, long now) {}

  Catalog(Sql sql) {
    moment = sql.of("SELECT subscription_version, {:now} FROM {meta} WHERE id = 1");
    sharedMoment = moment + sql.of("{:share}");
    all =
        sql.of(
            "SELECT m.subscription_version, q.queue_id, q.name, q.ordered, s.pattern"
                + " FROM {meta} m LEFT JOIN {queue} q ON 1 = 1"
                + " LEFT JOIN {subscription} s ON s.queue_id = q.queue_id WHERE m.id = 1");
    raise =
        sql.of("UPDATE {meta} SET subscription_version = subscription_version + 1 WHERE id = 1");
    insertQueue = sql.of("INSERT INTO {queue} (queue_id, name, ordered) VALUES (?, ?, ?)");
    order = sql.of("UPDATE {queue} SET ordered = 1 WHERE queue_id = ?");
    fillTids =
        sql.of(
            "UPDATE {delivery} SET tid = (SELECT e.tid FROM {event} e WHERE e.id = event_id)"
                + " WHERE queue_id = ?");
    insertSubscription = sql.of("INSERT INTO {subscription} (queue_id, pattern) VALUES (?, ?)");
    deleteSubscription = sql.of("DELETE FROM {subscription} WHERE queue_id = ? AND pattern = ?");
  }

  void useClock(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the instant that replaces the store's now, or null for the store's own. */
  @Nullable Long given() {
    InstantSource given = clock;
    return given == null ? null : Micros.passed(given.instant());
  }

  /** Returns what was read last, perhaps of an old version. */
  Routes cached() {
    return routes;
  }

  Moment moment(Session session) throws SQLException {
    return moment(session, moment);
  }

  /** Returns the moment, and keeps subscriptions as they are until the transaction ends. */
  Moment sharedMoment(Session session) throws SQLException {
    return moment(session, sharedMoment);
  }

  /** Does the same on a connection of the caller, whose transaction may see an old state. */
  Moment joined(Session session, Store store) throws SQLException {
    Stamp stamp = session.one(sharedMoment, Catalog::stamp, given());
    Routes now = routes;
    if (now.version != stamp.version) {
      now = store.read(this::moment).routes();
    }
    if (now.version != stamp.version) {
      throw Joining.changed();
    }
    return new Moment(now, stamp.now);
  }

  private Moment moment(Session session, String sql) throws SQLException {
    Stamp stamp = session.one(sql, Catalog::stamp, given());
    Routes cached = routes;
    return new Moment(cached.version == stamp.version ? cached : reload(session), stamp.now);
  }

  private static Stamp stamp(ResultSet row) throws SQLException {
    return new Stamp(row.getLong(1), row.getLong(2));
  }

  private Routes reload(Session session) throws SQLException {
    Routes fresh = load(session);
    routes = fresh;
    return fresh;
  }

  private Routes load(Session session) throws SQLException {
    long[] version = new long[1];
    List<Entry> entries = new ArrayList<>();
    session.query(
        all,
        row -> {
          version[0] = row.getLong(1);
          // Without any queue the joins leave one row, of nulls.
          return row.getString(3) == null || entries.add(entry(row));
        });
    return new Routes(version[0], entries);
  }

  /** Forgets what was read within a transaction that was undone: its version will come again. */
  void forget() {
    routes = new Routes(-1, List.of());
  }

  private static Entry entry(ResultSet row) throws SQLException {
    QueueRow queue = new QueueRow(row.getInt(2), row.getString(3), row.getInt(4) == 1);
    String pattern = row.getString(5);
    return new Entry(queue, pattern, pattern == null ? null : Pattern.of(pattern));
  }

  /** Tells whether subscribing would change anything. */
  static boolean knows(Routes routes, Subscription subscription, boolean ordered) {
    QueueRow queue = routes.queue(subscription.queue());
    return queue != null
        && (queue.ordered() || !ordered)
        && routes.subscriptions().contains(subscription);
  }

  boolean subscribe(Session session, Subscription subscription, boolean ordered)
      throws SQLException {
    Routes now = raised(session).routes;
    QueueRow queue = now.queue(subscription.queue());
    // The version serves as the queue's id too, so that no id is ever used twice.
    int id = queue == null ? Math.toIntExact(now.version) : queue.id();
    if (queue == null) {
      session.update(insertQueue, id, subscription.queue(), ordered ? 1 : 0);
    } else if (ordered && !queue.ordered()) {
      session.update(order, id);
      session.update(fillTids, id);
    }
    if (!now.subscriptions().contains(subscription)) {
      session.update(insertSubscription, id, subscription.pattern());
    }
    return true;
  }

  boolean unsubscribe(Session session, Subscription subscription) throws SQLException {
    QueueRow queue = raised(session).routes.queue(subscription.queue());
    return queue != null
        && session.update(deleteSubscription, queue.id(), subscription.pattern()) > 0;
  }

  /**
   * Raises the version, which keeps out others that change queues, and returns what holds now. That
   * is not remembered: what follows in this transaction makes it another version's content.
   */
  Moment raised(Session session) throws SQLException {
    session.update(raise);
    Stamp stamp = session.one(moment, Catalog::stamp, given());
    return new Moment(load(session), stamp.now);
  }
}
