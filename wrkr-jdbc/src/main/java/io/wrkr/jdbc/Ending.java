package io.wrkr.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What follows when deliveries end, by whatever: ack, cancel or discard. */
final class Ending {

  private final String delete;
  private final String deleteDead;
  private final Insert remember;
  private final String follower;
  private final String wake;

  /** What the end of a delivery needs to know of it. */
  record Ended(String id, @Nullable String tid, long dedupe) {}

  Ending(Sql sql) {
    delete = sql.of("DELETE {:from} {delivery} AS gone {:those} gone.{:queue} = ?");
    deleteDead = sql.of("DELETE {:from} {dead} AS gone {:those} gone.{:queue} = ?");
    remember = new Insert(sql.of("INSERT INTO {ended} (until, event_id, queue_id)"), 3);
    follower =
        sql.of(
            "SELECT event_id FROM {delivery} WHERE queue_id = ? AND tid = ?"
                + " ORDER BY first_due, seq LIMIT 1");
    wake =
        sql.of(
            "UPDATE {delivery} SET due_at = first_due"
                + " WHERE queue_id = ? AND event_id = ? AND lane IS NULL AND leased = 0");
  }

  /** Reads event id, tid and dedupe window from the given column on. */
  static Ended ended(ResultSet row, int from) throws SQLException {
    return new Ended(row.getString(from), row.getString(from + 1), row.getLong(from + 2));
  }

  /** Ends deliveries now: their dedupe windows begin. */
  void end(Session session, int queue, Collection<Ended> ended, long now) throws SQLException {
    end(session, queue, ended, now, now);
  }

  /** Ends deliveries; their dedupe windows begin at the given instant, which may be to come. */
  void end(Session session, int queue, Collection<Ended> ended, long now, long windowFrom)
      throws SQLException {
    if (!ended.isEmpty()) {
      remember(session, queue, ended, windowFrom);
      delete(session, queue, ended);
      wake(session, queue, ended);
    }
  }

  private void remember(Session session, int queue, Collection<Ended> ended, long windowFrom)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(ended.size());
    for (Ended each : ended) {
      rows.add(new @Nullable Object[] {windowFrom + each.dedupe, each.id, queue});
    }
    session.insert(remember, rows);
  }

  /** Removes rows of deliveries that go on elsewhere. */
  void delete(Session session, int queue, Collection<Ended> ended) throws SQLException {
    if (!ended.isEmpty()) {
      session.update(delete, ids(ended), queue);
    }
  }

  /** Ends dead letters. */
  void discard(Session session, int queue, Collection<Ended> ended, long now) throws SQLException {
    remember(session, queue, ended, now);
    deleteDead(session, queue, ended);
    wake(session, queue, ended);
  }

  void deleteDead(Session session, int queue, Collection<Ended> rows) throws SQLException {
    session.update(deleteDead, ids(rows), queue);
  }

  /**
   * On an ordered queue, pulls forward the first of each tid, which a claim may have put back.
   *
   * <p>The row is written, hence locked, even where it was not put back: a claim that holds it is
   * waited for, and one that comes later sees what this transaction ended. Where others write at
   * the same time, a delivery that was published meanwhile may be missed; so this is done once more
   * after the commit.
   */
  void wake(Session session, int queue, Collection<Ended> ended) throws SQLException {
    Set<String> tids = new TreeSet<>();
    ended.stream().map(Ended::tid).filter(Objects::nonNull).forEach(tids::add);
    if (!tids.isEmpty()) {
      wakeTids(session, queue, tids);
      session.afterCommit(later -> wakeTids(later, queue, tids));
    }
  }

  private boolean wakeTids(Session session, int queue, Set<String> tids) throws SQLException {
    for (String tid : tids) {
      for (String id : session.query(follower, row -> row.getString(1), queue, tid)) {
        session.update(wake, queue, id);
      }
    }
    return true;
  }

  static List<String> ids(Collection<Ended> ended) {
    return ended.stream().map(Ended::id).sorted().toList();
  }
}
