package io.wrkr.jdbc;

import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Ending.Ended;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.Replay;
import io.wrkr.spi.StoredEvent;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Delivers again what is archived, some at a time:
 *
 * <ol>
 *   <li>Lock archived deliveries of the queue whose events were published in the period, in the
 *       order of keys.
 *   <li>Take back the record of when each one's dedupe window ends: the delivery's next end writes
 *       another. What the record says beyond the archive's time is the window's length.
 *   <li>Insert the deliveries, due now, under a token above all earlier ones, and with their
 *       sequence below zero: they keep their order, and that marks them as replayed, so that a
 *       claim and a page of what is found add the header. The event's row has no place for it,
 *       since other queues share it.
 *   <li>Delete the archived rows.
 * </ol>
 */
final class Replays {
  private static final int CHUNK = 500;

  /** What a replay takes off the sequence: more than any sequence there is. */
  private static final long BELOW_ZERO = 1L << 62;

  private final Store store;
  private final Catalog catalog;
  private final Publishing publishing;
  private final Ending ending;
  private final String archived;
  private final String windows;
  private final String forget;
  private final String revive;
  private final String delete;

  private record Archived(String id, @Nullable String tid, long keepUntil) {}

  private record Window(String id, long until) {}

  /** How far a replay has come: the last event of a chunk, and how many so far. */
  private record Progress(String after, int count) {}

  Replays(Parts parts, Publishing publishing, Ending ending) {
    this.store = parts.store();
    this.catalog = parts.catalog();
    this.publishing = publishing;
    this.ending = ending;
    Sql sql = parts.sql();
    archived =
        sql.of(
            "SELECT d.event_id, e.tid, d.keep_until FROM {done} d"
                + " JOIN {event} e ON e.id = d.event_id WHERE d.queue_id = ? AND d.event_id > ?"
                + " AND d.keep_until > ? AND e.published_at >= ? AND e.published_at < ?"
                + " ORDER BY d.event_id LIMIT ?{:update}");
    windows =
        sql.of(
            "SELECT event_id, until FROM {ended}"
                + " WHERE until >= ? AND queue_id = ? AND event_id IN (??)");
    forget = sql.of("DELETE FROM {ended} WHERE until = ? AND event_id = ? AND queue_id = ?");
    revive =
        sql.of(
            "INSERT INTO {delivery} (event_id, queue_id, due_at, seq, first_due, attempt, token,"
                + " leased, dedupe, tid, lane, history) SELECT x.event_id, x.queue_id, ?,"
                + " CASE WHEN x.seq < 0 THEN x.seq ELSE x.seq - "
                + BELOW_ZERO
                + " END, x.first_due, 0, ?, 0, ?, e.tid, NULL, x.history FROM {done} x"
                + " JOIN {event} e ON e.id = x.event_id WHERE x.queue_id = ? AND x.event_id = ?");
    delete = sql.of("DELETE FROM {done} WHERE queue_id = ? AND event_id IN (??)");
  }

  long replay(String queue, Instant from, Instant to) {
    long replayed = 0;
    Progress progress = new Progress("", 0);
    do {
      String after = progress.after;
      progress = store.write(session -> chunk(session, queue, from, to, after));
      replayed += progress.count;
    } while (!progress.after.isEmpty());
    return replayed;
  }

  private Progress chunk(Session session, String name, Instant from, Instant to, String after)
      throws SQLException {
    Moment moment = catalog.moment(session);
    QueueRow queue = moment.routes().queue(name);
    if (queue == null) {
      return new Progress("", 0);
    }
    List<Archived> rows =
        session.query(
            archived,
            row -> new Archived(row.getString(1), row.getString(2), row.getLong(3)),
            queue.id(),
            after,
            moment.now(),
            Micros.of(from),
            Micros.of(to),
            CHUNK);
    int count = rows.isEmpty() ? 0 : revive(session, queue.id(), rows, moment.now());
    boolean more = rows.size() == CHUNK;
    return new Progress(more ? rows.get(CHUNK - 1).id : "", count);
  }

  private int revive(Session session, int queue, List<Archived> rows, long now)
      throws SQLException {
    Map<String, Long> untils = untils(session, queue, rows);
    List<Ended> revived = new ArrayList<>();
    List<@Nullable Object[]> records = new ArrayList<>();
    for (Archived each : rows) {
      Long until = untils.get(each.id);
      if (until != null) {
        long window = until - each.keepUntil;
        revived.add(new Ended(each.id, each.tid, window));
        records.add(new Object[] {until, each.id, queue});
        session.update(revive, now, publishing.nextToken(now), window, queue, each.id);
      }
    }
    if (!revived.isEmpty()) {
      session.updateEach(forget, records);
      session.update(delete, queue, Ending.ids(revived));
      ending.wake(session, queue, revived);
    }
    return revived.size();
  }

  /** Returns until when each one's id is remembered. */
  private Map<String, Long> untils(Session session, int queue, List<Archived> rows)
      throws SQLException {
    long first = rows.stream().mapToLong(Archived::keepUntil).min().orElse(0);
    List<String> ids = rows.stream().map(Archived::id).sorted().toList();
    Map<String, Long> untils = new HashMap<>();
    session
        .query(windows, row -> new Window(row.getString(1), row.getLong(2)), first, queue, ids)
        .forEach(window -> untils.put(window.id, window.until));
    return untils;
  }

  /** Returns an event's headers as those of a delivery, with the mark if it is replayed. */
  static Map<String, String> marked(Map<String, String> headers, long seq) {
    return seq >= 0 ? headers : Replay.marked(headers);
  }

  /** Returns the event as a claim hands it out. */
  static StoredEvent marked(StoredEvent event, long seq) {
    return seq >= 0
        ? event
        : new StoredEvent(
            event.id(), event.name(), event.tid(), event.payload(), marked(event.headers(), seq));
  }
}
