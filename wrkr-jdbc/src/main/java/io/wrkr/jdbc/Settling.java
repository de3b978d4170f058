package io.wrkr.jdbc;

import io.wrkr.Archive;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Ending.Ended;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Ends and extends leases, each guarded by its token; see {@link JdbcBackend}. */
final class Settling {
  private static final String KEY = " WHERE queue_id = ? AND event_id = ?";

  private final Catalog catalog;
  private final Publishing publishing;
  private final Ending ending;
  private final String held;
  private final String extend;
  private final String retry;
  private final String release;
  private final String bury;
  private final String archive;

  private record Held(Ended row, long token) {}

  Settling(Sql sql, Catalog catalog, Publishing publishing, Ending ending) {
    this.catalog = catalog;
    this.publishing = publishing;
    this.ending = ending;
    held =
        sql.of(
            "SELECT event_id, tid, dedupe, token FROM {delivery}{:key}"
                + " WHERE {:queue} = ? AND event_id IN (??) AND leased = 1"
                + " ORDER BY event_id{:update}");
    extend =
        sql.of("UPDATE {delivery}{:key} SET due_at = ? WHERE {:queue} = ? AND event_id IN (??)");
    retry = sql.of("UPDATE {delivery}{:key} SET due_at = ?, leased = 0, history = ?" + KEY);
    release =
        sql.of("UPDATE {delivery}{:key} SET due_at = ?, leased = 0, attempt = attempt - 1" + KEY);
    bury =
        sql.of(
            "INSERT INTO {dead} (event_id, queue_id, seq, first_due, attempt, token, dedupe,"
                + " tid, reason, died_at) SELECT event_id, queue_id, seq, first_due, attempt, token,"
                + " dedupe, tid, ?, ?"
                + " FROM {delivery}"
                + KEY);
    archive =
        sql.of(
            "INSERT INTO {done} (event_id, queue_id, seq, first_due, attempt, history, moved,"
                + " done_at, keep_until) SELECT event_id, queue_id, seq, first_due, attempt,"
                + " history, ?, ?, ? FROM {delivery} WHERE {:queue} = ? AND event_id IN (??)");
  }

  List<Lease> extend(Session session, List<Lease> leases, Duration lease) throws SQLException {
    Moment moment = catalog.moment(session);
    Set<Lease> extended = new HashSet<>();
    for (Map.Entry<Integer, List<Lease>> queue : byQueue(moment, leases).entrySet()) {
      Map<String, Held> rows = held(session, queue.getKey(), queue.getValue());
      List<String> ids = new ArrayList<>();
      for (Lease each : queue.getValue()) {
        if (matches(rows.get(each.eventId()), each) && extended.add(each)) {
          ids.add(each.eventId());
        }
      }
      if (!ids.isEmpty()) {
        session.update(extend, moment.now() + Micros.of(lease), queue.getKey(), ids);
      }
    }
    return leases.stream().filter(extended::contains).toList();
  }

  List<Lease> settle(Session session, List<Settlement> settlements) throws SQLException {
    Moment moment = catalog.moment(session);
    List<Lease> leases = settlements.stream().map(Settlement::lease).toList();
    Map<Integer, Map<String, Held>> held = new HashMap<>();
    for (Map.Entry<Integer, List<Lease>> queue : byQueue(moment, leases).entrySet()) {
      held.put(queue.getKey(), held(session, queue.getKey(), queue.getValue()));
    }
    List<Lease> refused = new ArrayList<>();
    Map<Integer, Batch> batches = new TreeMap<>();
    for (Settlement settlement : settlements) {
      Lease lease = settlement.lease();
      QueueRow queue = moment.routes().queue(lease.queue());
      Map<String, Held> rows = queue == null ? null : held.get(queue.id());
      Held row = rows == null ? null : rows.get(lease.eventId());
      if (queue == null || rows == null || row == null || row.token != lease.token()) {
        refused.add(lease);
        continue;
      }
      // Taken out, so that a second settlement of the same lease is refused.
      rows.remove(lease.eventId());
      batches
          .computeIfAbsent(queue.id(), id -> new Batch(id, moment.now()))
          .add(settlement, row.row);
    }
    for (Batch batch : batches.values()) {
      apply(session, batch);
    }
    return refused;
  }

  private static boolean matches(@Nullable Held held, Lease lease) {
    return held != null && held.token == lease.token();
  }

  private static Map<Integer, List<Lease>> byQueue(Moment moment, List<Lease> leases) {
    Map<Integer, List<Lease>> byQueue = new TreeMap<>();
    for (Lease lease : leases) {
      QueueRow queue = moment.routes().queue(lease.queue());
      if (queue != null) {
        byQueue.computeIfAbsent(queue.id(), id -> new ArrayList<>()).add(lease);
      }
    }
    return byQueue;
  }

  /** Returns the leased ones of these deliveries, locked to the end of the transaction. */
  private Map<String, Held> held(Session session, int queue, List<Lease> leases)
      throws SQLException {
    Map<String, Held> rows = new HashMap<>();
    session
        .query(
            held,
            row -> new Held(Ending.ended(row, 1), row.getLong(4)),
            queue,
            leases.stream().map(Lease::eventId).distinct().sorted().toList())
        .forEach(each -> rows.put(each.row.id(), each));
    return rows;
  }

  /** What the accepted settlements of one queue write. */
  private static final class Batch {
    final int queue;
    final long now;
    final List<Ended> ended = new ArrayList<>();
    final Map<Archive, List<Ended>> archived = new HashMap<>();
    final List<@Nullable Object[]> retries = new ArrayList<>();
    final List<@Nullable Object[]> releases = new ArrayList<>();
    final List<Ended> buried = new ArrayList<>();
    final List<@Nullable Object[]> burials = new ArrayList<>();
    final List<OutgoingEvent> followUps = new ArrayList<>();

    Batch(int queue, long now) {
      this.queue = queue;
      this.now = now;
    }

    void add(Settlement settlement, Ended row) {
      if (settlement instanceof Settlement.Ack ack) {
        followUps.addAll(ack.followUps());
        if (ack.archive().mode() == Archive.Mode.DELETE) {
          ended.add(row);
        } else {
          archived.computeIfAbsent(ack.archive(), each -> new ArrayList<>()).add(row);
        }
      } else if (settlement instanceof Settlement.Retry retry) {
        retries.add(values(now + Micros.of(retry.after()), retry.history(), queue, row.id()));
      } else if (settlement instanceof Settlement.Release release) {
        releases.add(values(now + Micros.of(release.after()), queue, row.id()));
      } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
        buried.add(row);
        burials.add(values(deadLetter.reason(), now, queue, row.id()));
      }
    }

    private static @Nullable Object[] values(@Nullable Object... values) {
      return values;
    }
  }

  private void apply(Session session, Batch batch) throws SQLException {
    for (Map.Entry<Archive, List<Ended>> each : batch.archived.entrySet()) {
      archive(session, batch, each.getKey(), each.getValue());
    }
    ending.end(session, batch.queue, batch.ended, batch.now);
    session.updateEach(retry, batch.retries);
    session.updateEach(release, batch.releases);
    for (@Nullable Object[] values : batch.burials) {
      session.update(bury, values);
    }
    ending.delete(session, batch.queue, batch.buried);
    if (!batch.followUps.isEmpty()) {
      publishing.publish(session, batch.followUps);
    }
  }

  private void archive(Session session, Batch batch, Archive archive, Collection<Ended> rows)
      throws SQLException {
    long keepUntil = batch.now + Micros.of(archive.duration());
    int moved = archive.mode() == Archive.Mode.MOVE ? 1 : 0;
    session.update(this.archive, moved, batch.now, keepUntil, batch.queue, Ending.ids(rows));
    // The event's row has to outlive the archive, which shows it; so the window begins after that.
    ending.end(session, batch.queue, rows, batch.now, keepUntil);
  }
}
