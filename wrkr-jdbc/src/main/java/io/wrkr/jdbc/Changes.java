package io.wrkr.jdbc;

import io.wrkr.Query;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Conditions.Key;
import io.wrkr.jdbc.Ending.Ended;
import io.wrkr.jdbc.Routes.QueueRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Repairs: cancels, reschedules, redrives, discards. Each goes through what matches in the order of
 * keys, some at a time: a transaction locks those and changes them, so that of a change and a claim
 * one wins, and no transaction grows with what there is.
 */
final class Changes {
  private static final int CHUNK = 500;

  private final Store store;
  private final Sql sql;
  private final Catalog catalog;
  private final Ending ending;
  private final String reschedule;
  private final String revive;

  /** A delivery or dead letter that matches. */
  private record Match(int queue, Ended row) {}

  /** What becomes of the matches in one queue. */
  @FunctionalInterface
  private interface Change {
    void apply(Session session, int queue, List<Ended> rows, long now) throws SQLException;
  }

  Changes(Store store, Sql sql, Catalog catalog, Ending ending) {
    this.store = store;
    this.sql = sql;
    this.catalog = catalog;
    this.ending = ending;
    // An ended lease that nobody took over ends for good: leased = 0 refuses its token.
    reschedule =
        sql.of(
            "UPDATE {delivery}{:key} SET due_at = ?, leased = 0, first_due ="
                + " CASE WHEN attempt = 0 AND lane IS NULL THEN ? ELSE first_due END"
                + " WHERE {:queue} = ? AND event_id IN (??)");
    // In its tid's order a dead letter has begun: it goes first again.
    revive =
        sql.of(
            "INSERT INTO {delivery} (event_id, queue_id, due_at, seq, first_due, attempt, token,"
                + " leased, dedupe, tid, lane, history) SELECT x.event_id, x.queue_id, ?, x.seq,"
                + " x.first_due, 0, x.token, 0, x.dedupe, x.tid, CASE WHEN EXISTS (SELECT 1 FROM {delivery} o"
                + " WHERE o.queue_id = x.queue_id AND o.lane = x.tid) THEN NULL ELSE x.tid END,"
                + " x.reason FROM {dead} x WHERE x.queue_id = ? AND x.event_id = ?");
  }

  long cancel(Query query) {
    return change(query, "delivery", ending::end);
  }

  long reschedule(Query query, Instant due) {
    return change(
        query,
        "delivery",
        (session, queue, rows, now) -> {
          long at = Math.max(now, Micros.of(due));
          session.update(reschedule, at, at, queue, Ending.ids(rows));
          ending.wake(session, queue, rows);
        });
  }

  long redrive(Query query) {
    return change(
        query,
        "dead",
        (session, queue, rows, now) -> {
          for (Ended row : rows) {
            session.update(revive, now, queue, row.id());
          }
          ending.deleteDead(session, queue, rows);
        });
  }

  long discard(Query query) {
    return change(query, "dead", ending::discard);
  }

  private long change(Query query, String table, Change change) {
    long changed = 0;
    Key[] after = {Key.START};
    while (changed < query.changeLimit()) {
      int limit = (int) Math.min(CHUNK, query.changeLimit() - changed);
      Key from = after[0];
      List<Match> done =
          store.write(
              session -> {
                Moment moment = catalog.moment(session);
                List<Match> matches = matches(session, query, table, moment, from, limit);
                for (Map.Entry<Integer, List<Ended>> queue : byQueue(matches).entrySet()) {
                  change.apply(session, queue.getKey(), queue.getValue(), moment.now());
                }
                return matches;
              });
      changed += done.size();
      if (done.size() < limit) {
        break;
      }
      Match last = done.get(done.size() - 1);
      after[0] = new Key(last.row.id(), last.queue);
    }
    return changed;
  }

  private List<Match> matches(
      Session session, Query query, String table, Moment moment, Key after, int limit)
      throws SQLException {
    QueueRow queue = query.queue().map(moment.routes()::queue).orElse(null);
    if (queue == null && query.queue().isPresent()) {
      return List.of();
    }
    boolean live = table.equals("delivery");
    Conditions where =
        new Conditions().common(query, queue, live ? Conditions.DUE : "d.died_at").after(after);
    if (live) {
      where.waiting(moment.now());
      query.state().ifPresent(state -> where.live(state, moment.now()));
    } else {
      query.state().ifPresent(state -> where.dead(state));
    }
    String select =
        "SELECT d.queue_id, d.event_id, d.tid, d.dedupe FROM {"
            + table
            + "} d"
            + where.sql()
            + " ORDER BY 2, 1 LIMIT ?{:update}";
    List<@Nullable Object> values = new ArrayList<>(where.values());
    values.add(limit);
    return session.query(sql.of(select), Changes::match, values.toArray());
  }

  private static Match match(ResultSet row) throws SQLException {
    return new Match(row.getInt(1), Ending.ended(row, 2));
  }

  private static Map<Integer, List<Ended>> byQueue(List<Match> matches) {
    Map<Integer, List<Ended>> byQueue = new TreeMap<>();
    for (Match match : matches) {
      byQueue.computeIfAbsent(match.queue, id -> new ArrayList<>()).add(match.row);
    }
    return byQueue;
  }
}
