package io.wrkr.jdbc;

import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Routes.QueueRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Removes what has outlived its time, and whole queues. */
final class Pruning {
  private static final int CHUNK = 500;

  private final Store store;
  private final Catalog catalog;
  private final String overdueDone;
  private final String deleteDone;
  private final String overdueEnded;
  private final String deleteEnded;
  private final String deleteEvents;
  private final String countDown;
  private final List<String> endAll;
  private final List<String> deleteQueue;

  private record DoneKey(String id, int queue) {}

  private record EndedKey(long until, String id, int queue) {}

  Pruning(Store store, Sql sql, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
    overdueDone =
        sql.of(
            "SELECT event_id, queue_id FROM {done} WHERE keep_until <= ?"
                + " ORDER BY keep_until LIMIT ?{:skip}");
    deleteDone = sql.of("DELETE FROM {done} WHERE queue_id = ? AND event_id = ?");
    overdueEnded =
        sql.of(
            "SELECT until, event_id, queue_id FROM {ended} WHERE until <= ?"
                + " ORDER BY until, event_id, queue_id LIMIT ?{:skip}");
    deleteEnded = sql.of("DELETE FROM {ended} WHERE until = ? AND event_id = ? AND queue_id = ?");
    deleteEvents = sql.of("DELETE FROM {event} WHERE id IN (??) AND live <= ?");
    countDown = sql.of("UPDATE {event} SET live = live - ? WHERE id IN (??)");
    String into = "INSERT INTO {ended} (until, event_id, queue_id) SELECT ?, event_id, queue_id";
    endAll =
        List.of("delivery", "dead").stream()
            .map(table -> sql.of(into + " FROM {" + table + "} WHERE queue_id = ?"))
            .toList();
    deleteQueue =
        List.of("subscription", "delivery", "dead", "done", "queue").stream()
            .map(table -> sql.of("DELETE FROM {" + table + "} WHERE queue_id = ?"))
            .toList();
  }

  int prune(int max) {
    int removed = 0;
    while (removed < max) {
      int limit = Math.min(CHUNK, max - removed);
      int chunk = store.write(session -> pruneChunk(session, limit));
      removed += chunk;
      if (chunk < limit) {
        break;
      }
    }
    return removed;
  }

  /** Removes some and returns how many. */
  private int pruneChunk(Session session, int limit) throws SQLException {
    long now = catalog.moment(session).now();
    List<DoneKey> done =
        session.query(overdueDone, row -> new DoneKey(row.getString(1), row.getInt(2)), now, limit);
    for (DoneKey key : done) {
      session.update(deleteDone, key.queue, key.id);
    }
    List<EndedKey> ended =
        session.query(
            overdueEnded,
            row -> new EndedKey(row.getLong(1), row.getString(2), row.getInt(3)),
            now,
            limit - done.size());
    Map<String, Integer> perEvent = new TreeMap<>();
    for (EndedKey key : ended) {
      perEvent.merge(key.id, 1, Integer::sum);
    }
    session.updateEach(
        deleteEnded, ended.stream().map(e -> new Object[] {e.until, e.id, e.queue}).toList());
    Map<Integer, List<String>> byCount = new TreeMap<>();
    perEvent.forEach((id, n) -> byCount.computeIfAbsent(n, c -> new ArrayList<>()).add(id));
    for (Map.Entry<Integer, List<String>> each : byCount.entrySet()) {
      forget(session, each.getValue(), each.getKey());
    }
    return done.size() + ended.size();
  }

  /** Counts events down by so many deliveries and removes those that have no more. */
  private void forget(Session session, List<String> ids, int deliveries) throws SQLException {
    // The first delete is enough for nearly all. Counting down locks the rest, so that of two
    // prunes at once the later one sees what the earlier left.
    if (session.update(deleteEvents, ids, deliveries) < ids.size()) {
      session.update(countDown, deliveries, ids);
      session.update(deleteEvents, ids, 0);
    }
  }

  boolean deleteQueue(Session session, String name) throws SQLException {
    Moment moment = catalog.raised(session);
    QueueRow queue = moment.routes().queue(name);
    if (queue == null) {
      return false;
    }
    for (String end : endAll) {
      session.update(end, moment.now(), queue.id());
    }
    int rows = 0;
    for (String delete : deleteQueue) {
      rows += session.update(delete, queue.id());
    }
    return rows > 1; // the queue's own row is no content
  }
}
