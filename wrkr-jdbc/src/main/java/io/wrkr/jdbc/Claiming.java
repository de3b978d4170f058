package io.wrkr.jdbc;

import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands out ready deliveries under leases; see {@link JdbcBackend}. */
final class Claiming {
  /** How many deliveries a claim on an ordered queue looks at beyond those it was asked for. */
  private static final int LOOK_AHEAD = 200;

  /** Bounds one claim on an ordered queue where most deliveries wait for others. */
  private static final int MAX_ROUNDS = 5;

  /** Deliveries put back so far need not be told from those that come due by themselves. */
  private static final Duration FAR = Duration.ofHours(1);

  /** A delivery waits if one of its tid has begun, is dead, or has an earlier place. */
  private static final String WAITS =
      "CASE WHEN d.tid IS NULL OR d.lane IS NOT NULL THEN 0"
          + " WHEN EXISTS (SELECT 1 FROM {delivery} b WHERE b.queue_id = d.queue_id"
          + " AND b.lane = d.tid) THEN 1"
          + " WHEN EXISTS (SELECT 1 FROM {delivery} o WHERE o.queue_id = d.queue_id"
          + " AND o.tid = d.tid AND (o.first_due < d.first_due"
          + " OR (o.first_due = d.first_due AND o.seq < d.seq))) THEN 1"
          + " WHEN EXISTS (SELECT 1 FROM {dead} x WHERE x.queue_id = d.queue_id"
          + " AND x.tid = d.tid) THEN 1 ELSE 0 END";

  private final Catalog catalog;
  private final EventRows rows;
  private final long pushBack;
  final String next;
  private final String nextInOrder;
  final String ready;
  final String readyInOrder;
  final String take;
  private final String takeInOrder;
  private final String put;
  private final String waitStill;
  private final String events;

  /** A delivery that may be claimed unless it waits for another. */
  private record Candidate(
      String id, long token, int attempt, long firstDue, String history, long seq, boolean waits) {}

  private record Content(StoredEvent event, long publishedAt) {}

  Claiming(Sql sql, Dialect dialect, Catalog catalog, EventRows rows) {
    this.catalog = catalog;
    this.rows = rows;
    this.pushBack = Micros.of(dialect.pushBack());
    String columns = "SELECT d.event_id, d.token, d.attempt, d.first_due, d.history, d.seq, ";
    String where =
        " FROM {delivery} d{:due} WHERE d.queue_id = ? AND d.due_at <= ?"
            + " ORDER BY d.due_at, d.seq LIMIT ?{:skip}";
    next = sql.of("SELECT min(due_at) FROM {delivery} WHERE queue_id = ? AND due_at > ?");
    // What waits for another of its tid is no news; the end of that one is.
    nextInOrder =
        dialect.pushBack().compareTo(FAR) < 0
            ? next + " AND (tid IS NULL OR lane IS NOT NULL OR due_at = first_due)"
            : next;
    ready = sql.of(columns + "0" + where);
    readyInOrder = sql.of(columns + WAITS + where);
    String set =
        "UPDATE {delivery}{:key} SET due_at = ?, token = token + 1, leased = 1, attempt = attempt + 1";
    String those = " WHERE {:queue} = ? AND event_id IN (??)";
    take = sql.of(set + those);
    takeInOrder = sql.of(set + ", lane = tid" + those);
    put = sql.of("UPDATE {delivery}{:key} SET due_at = ?" + those);
    waitStill =
        sql.of(
            "SELECT d.event_id FROM {delivery} d WHERE d.queue_id = ? AND d.event_id IN (??) AND 1 = "
                + WAITS);
    events =
        sql.of(
            "SELECT id, name, tid, headers, content_type, payload, published_at FROM {event}"
                + " WHERE id IN (??)");
  }

  /** Returns the answer where nothing is ready, without a transaction; empty where something is. */
  Optional<Claims> idle(Session session, ClaimRequest request) throws SQLException {
    Moment moment = catalog.moment(session);
    QueueRow queue = moment.routes().queue(request.queue());
    if (queue == null) {
      return Optional.of(Claims.NONE);
    }
    // Of all there is: what is ready comes first, if there is any.
    Long earliest = earliest(session, queue, Long.MIN_VALUE);
    return earliest != null && earliest <= moment.now()
        ? Optional.empty()
        : Optional.of(answer(List.of(), earliest, moment.now()));
  }

  Claims claim(Session session, ClaimRequest request) throws SQLException {
    Moment moment = catalog.moment(session);
    QueueRow queue = moment.routes().queue(request.queue());
    if (queue == null) {
      return Claims.NONE;
    }
    List<ClaimedDelivery> claimed = new ArrayList<>();
    boolean more = true;
    for (int round = 0; more && claimed.size() < request.max() && round < MAX_ROUNDS; round++) {
      more = round(session, queue, request, moment.now(), claimed);
    }
    if (claimed.size() == request.max()) {
      return new Claims(claimed, Optional.empty());
    }
    return answer(
        claimed, more ? Long.valueOf(moment.now()) : next(session, queue, moment), moment.now());
  }

  /** Claims what one look finds; tells whether there may be more. */
  private boolean round(
      Session session,
      QueueRow queue,
      ClaimRequest request,
      long now,
      List<ClaimedDelivery> claimed)
      throws SQLException {
    int wanted = request.max() - claimed.size();
    int limit = queue.ordered() ? wanted + LOOK_AHEAD : wanted;
    List<Candidate> found =
        session.query(
            queue.ordered() ? readyInOrder : ready, Claiming::candidate, queue.id(), now, limit);
    List<Candidate> free =
        found.stream().filter(candidate -> !candidate.waits).limit(wanted).toList();
    List<String> waiting = found.stream().filter(Candidate::waits).map(Candidate::id).toList();
    if (!free.isEmpty()) {
      List<String> ids = free.stream().map(Candidate::id).toList();
      long leaseEnd = now + Micros.of(request.lease());
      session.update(queue.ordered() ? takeInOrder : take, leaseEnd, queue.id(), ids);
      addClaimed(session, queue, free, ids, claimed);
    }
    putBack(session, queue, waiting, now + pushBack);
    return found.size() == limit;
  }

  /**
   * Else every claim would read them again; the end of the one before pulls them forward. Whether
   * they wait is asked anew, now that their rows are locked: an end that was committed since the
   * first look is seen, and one that was not will wait for these rows.
   */
  private void putBack(Session session, QueueRow queue, List<String> ids, long due)
      throws SQLException {
    if (!ids.isEmpty()) {
      List<String> still = session.query(waitStill, row -> row.getString(1), queue.id(), ids);
      if (!still.isEmpty()) {
        session.update(put, due, queue.id(), still);
      }
    }
  }

  private void addClaimed(
      Session session,
      QueueRow queue,
      List<Candidate> taken,
      List<String> ids,
      List<ClaimedDelivery> claimed)
      throws SQLException {
    Map<String, Content> contents = new HashMap<>();
    session.query(events, this::content, ids).stream()
        .flatMap(Optional::stream)
        .forEach(content -> contents.put(content.event.id(), content));
    for (Candidate candidate : taken) {
      Content content = contents.get(candidate.id);
      if (content == null) {
        rows.leave(candidate.id, "its row is missing");
        continue;
      }
      claimed.add(
          new ClaimedDelivery(
              new Lease(queue.name(), candidate.id, candidate.token + 1),
              Replays.marked(content.event, candidate.seq),
              candidate.attempt + 1,
              Micros.instant(candidate.firstDue),
              Micros.instant(content.publishedAt),
              candidate.history));
    }
  }

  private @Nullable Long next(Session session, QueueRow queue, Moment moment) throws SQLException {
    return earliest(session, queue, moment.now());
  }

  private @Nullable Long earliest(Session session, QueueRow queue, long after) throws SQLException {
    String earliest = queue.ordered() ? nextInOrder : next;
    return session.one(earliest, Claiming::due, queue.id(), after).orElse(null);
  }

  private static Optional<Long> due(ResultSet row) throws SQLException {
    long due = row.getLong(1);
    return row.wasNull() ? Optional.empty() : Optional.of(due);
  }

  private static Claims answer(List<ClaimedDelivery> claimed, @Nullable Long next, long now) {
    return new Claims(
        claimed, Optional.ofNullable(next).map(due -> Micros.duration(Math.max(0, due - now))));
  }

  private static Candidate candidate(ResultSet row) throws SQLException {
    String history = row.getString(5);
    return new Candidate(
        row.getString(1),
        row.getLong(2),
        row.getInt(3),
        row.getLong(4),
        history == null ? "" : history,
        row.getLong(6),
        row.getInt(7) == 1);
  }

  private Optional<Content> content(ResultSet row) throws SQLException {
    long publishedAt = row.getLong(7);
    return rows.read(row, 1).map(event -> new Content(event, publishedAt));
  }
}
