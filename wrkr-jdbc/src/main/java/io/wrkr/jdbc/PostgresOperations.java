package io.wrkr.jdbc;

import io.wrkr.Archive;
import io.wrkr.Receipt;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.PostgresPublish.Answer;
import io.wrkr.jdbc.Publishing.Planned;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a busy bus does on PostgreSQL: insert n, claim n and ack n by one statement each, which is
 * one trip and one commit. Whatever is rare goes the way of all databases: repeated ids, ordered
 * queues, retries, dead letters, archives, follow-ups.
 */
final class PostgresOperations implements Operations {
  private static final int MAX_ROUNDS = 20;

  private final Store store;
  private final Catalog catalog;
  private final Publishing publishing;
  private final Operations others;
  private final EventRows events;
  private final PostgresPublish insert;
  private final PostgresPublish join;
  private final String claim;
  private final String ack;

  /** A row of a claim: what was taken, or, in the only one, that nothing was. */
  private record Taken(
      long version, long now, long next, @Nullable ClaimedDelivery delivery, long due, long seq) {}

  PostgresOperations(Parts parts, Publishing publishing, Operations others) {
    this.store = parts.store();
    this.catalog = parts.catalog();
    this.publishing = publishing;
    this.others = others;
    this.events = parts.events();
    Sql sql = parts.sql();
    insert = new PostgresPublish(sql, "");
    join = new PostgresPublish(sql, parts.dialect().forShare());
    claim = claim(sql);
    ack =
        sql.of(
            """
            WITH t AS (SELECT {:now} AS now),
            gone AS (DELETE FROM {delivery} d
              USING unnest(?::text[], ?::int[], ?::bigint[]) AS s(id, queue, token)
              WHERE d.event_id = s.id AND d.queue_id = s.queue AND d.token = s.token
                AND d.leased = 1
              RETURNING d.event_id, d.queue_id, d.token, d.dedupe),
            r AS (INSERT INTO {ended} (until, event_id, queue_id)
              SELECT (SELECT now FROM t) + dedupe, event_id, queue_id FROM gone)
            SELECT event_id, queue_id, token FROM gone
            """);
  }

  /** Returns the one statement of a claim. */
  static String claim(Sql sql) {
    // Now is a scalar subquery wherever rows are compared with it: joined, it would be no bound of
    // the index, and an idle claim would walk all that is to come. The second LIMIT leaves out
    // nothing: it tells a planner without statistics how few events' rows there are to look up.
    return sql.of(
        """
            WITH t AS (SELECT {:now} AS now, subscription_version AS v FROM {meta} WHERE id = 1),
            c AS (SELECT event_id, due_at, seq FROM {delivery}
              WHERE queue_id = ? AND due_at <= (SELECT now FROM t) AND (SELECT v FROM t) = ?
              ORDER BY due_at, seq LIMIT ? FOR UPDATE SKIP LOCKED),
            u AS (UPDATE {delivery} d SET due_at = (SELECT now FROM t) + ?, token = d.token + 1,
              leased = 1, attempt = d.attempt + 1 FROM c
              WHERE d.event_id = c.event_id AND d.queue_id = ?
              RETURNING d.event_id, d.token, d.attempt, d.first_due, d.history, c.due_at, d.seq)
            SELECT t.v, t.now, (SELECT min(due_at) FROM {delivery}
                WHERE queue_id = ? AND due_at > (SELECT now FROM t)),
              e.id, e.name, e.tid, e.headers, e.content_type, e.payload, e.published_at,
              u.token, u.attempt, u.first_due, u.history, u.due_at, u.seq
            FROM t LEFT JOIN ((SELECT * FROM u LIMIT ?) u JOIN {event} e ON e.id = u.event_id)
              ON true
            """);
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    Moment moment = new Moment(catalog.cached(), 0);
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Plan plan = new Plan(publishing.plan(events, moment), moment.routes().version);
      Answer answer = store.writeOnce(session -> plan.run(insert, session, catalog.given()));
      if (answer.version() == plan.version) {
        publishing.seen(answer.now());
        List<Planned> repeats = plan.repeats(answer);
        List<Receipt> repeated =
            repeats.isEmpty()
                ? List.of()
                : afterCommit(() -> store.write(session -> publishing.again(session, repeats)));
        return plan.receipts(answer, repeated);
      }
      moment = store.read(catalog::moment);
    }
    throw new BackendException(
        Outcome.FAILED, "The subscriptions changed " + MAX_ROUNDS + " times meanwhile", null);
  }

  @Override
  public List<Receipt> join(Session session, List<OutgoingEvent> events) throws SQLException {
    Moment moment = new Moment(catalog.cached(), 0);
    // The first round locks the version, so that the second one meets the one it was made by.
    for (int round = 0; round < 2; round++) {
      Plan plan = new Plan(publishing.plan(events, moment), moment.routes().version);
      Answer answer = plan.run(join, session, catalog.given());
      if (answer.version() == plan.version) {
        publishing.seen(answer.now());
        return plan.receipts(answer, publishing.again(session, plan.repeats(answer)));
      }
      moment = store.read(catalog::moment);
    }
    throw Joining.changed();
  }

  /** What one round of a publish tries to insert, by one version of the subscriptions. */
  private static final class Plan {
    private final List<Planned> all;
    private final Map<String, Planned> first = new LinkedHashMap<>();
    private final long version;

    Plan(List<Planned> all, long version) {
      this.all = all;
      this.version = version;
      for (Planned planned : all) {
        if (!planned.queues().isEmpty()) {
          first.putIfAbsent(planned.id(), planned);
        }
      }
    }

    Answer run(PostgresPublish statement, Session session, @Nullable Long given)
        throws SQLException {
      return statement.run(session, version, first.values(), given);
    }

    /** Returns what the statement did not insert, since its id was there already. */
    List<Planned> repeats(Answer answer) {
      return all.stream()
          .filter(planned -> isRepeat(planned, answer))
          .map(planned -> planned.at(answer.now()))
          .toList();
    }

    List<Receipt> receipts(Answer answer, List<Receipt> repeated) {
      List<Receipt> receipts = new ArrayList<>(all.size());
      Iterator<Receipt> next = repeated.iterator();
      for (Planned planned : all) {
        receipts.add(
            isRepeat(planned, answer) ? next.next() : planned.at(answer.now()).receipt(false));
      }
      return receipts;
    }

    private boolean isRepeat(Planned planned, Answer answer) {
      Planned tried = first.get(planned.id());
      return tried != null
          && !planned.queues().isEmpty()
          && (tried.seq() != planned.seq() || !answer.inserted().contains(planned.id()));
    }
  }

  @Override
  public Claims claim(ClaimRequest request) {
    Routes routes = catalog.cached();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      QueueRow queue = routes.queue(request.queue());
      if (queue != null && queue.ordered()) {
        return others.claim(request);
      }
      if (queue != null) {
        List<Taken> rows = claim(queue, request, routes.version);
        if (rows.get(0).version == routes.version) {
          publishing.seen(rows.get(0).now);
          return answer(rows, request);
        }
      }
      long before = routes.version;
      routes = store.read(catalog::moment).routes();
      if (queue == null && routes.version == before) {
        return Claims.NONE;
      }
    }
    return Claims.NONE;
  }

  private List<Taken> claim(QueueRow queue, ClaimRequest request, long version) {
    int id = queue.id();
    long lease = Micros.of(request.lease());
    return store.writeOnce(
        session ->
            session.query(
                claim,
                row -> taken(row, queue),
                catalog.given(),
                id,
                version,
                request.max(),
                lease,
                id,
                id,
                request.max()));
  }

  private Taken taken(ResultSet row, QueueRow queue) throws SQLException {
    Optional<StoredEvent> event = row.getString(4) == null ? Optional.empty() : events.read(row, 4);
    ClaimedDelivery delivery = null;
    if (event.isPresent()) {
      String history = row.getString(14);
      delivery =
          new ClaimedDelivery(
              new Lease(queue.name(), row.getString(4), row.getLong(11)),
              Replays.marked(event.get(), row.getLong(16)),
              row.getInt(12),
              Micros.instant(row.getLong(13)),
              Micros.instant(row.getLong(10)),
              history == null ? "" : history);
    }
    return new Taken(
        row.getLong(1), row.getLong(2), row.getLong(3), delivery, row.getLong(15), row.getLong(16));
  }

  private static Claims answer(List<Taken> rows, ClaimRequest request) {
    List<ClaimedDelivery> deliveries = new ArrayList<>(rows.size());
    rows.stream()
        .sorted(Comparator.comparingLong(Taken::due).thenComparingLong(Taken::seq))
        .map(Taken::delivery)
        .forEach(
            delivery -> {
              if (delivery != null) {
                deliveries.add(delivery);
              }
            });
    if (deliveries.size() == request.max()) {
      return new Claims(deliveries, Optional.empty());
    }
    Taken any = rows.get(0);
    long next = any.next == 0 ? Long.MAX_VALUE : any.next - any.now;
    if (!deliveries.isEmpty()) {
      // The statement saw the rows as they were before it gave these leases.
      next = Math.min(next, Micros.of(request.lease()));
    }
    return new Claims(
        deliveries, next == Long.MAX_VALUE ? Optional.empty() : Optional.of(Micros.duration(next)));
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    Routes routes = catalog.cached();
    List<Lease> acks = new ArrayList<>();
    List<Settlement> rest = new ArrayList<>();
    for (Settlement settlement : settlements) {
      QueueRow queue = routes.queue(settlement.lease().queue());
      if (queue != null && !queue.ordered() && isPlainAck(settlement)) {
        acks.add(settlement.lease());
      } else {
        rest.add(settlement);
      }
    }
    List<Lease> refused = new ArrayList<>();
    if (!acks.isEmpty()) {
      Set<Lease> gone = new HashSet<>(store.writeOnce(session -> ack(session, routes, acks)));
      // A second ack of the same lease in one list finds it taken out.
      acks.stream().filter(lease -> !gone.remove(lease)).forEach(refused::add);
    }
    if (acks.isEmpty()) {
      return others.settle(rest);
    }
    if (!rest.isEmpty()) {
      refused.addAll(afterCommit(() -> others.settle(rest)));
    }
    return refused;
  }

  /** Of a call whose first part is committed, no failure may say that nothing was done. */
  private static <T> T afterCommit(Supplier<T> rest) {
    try {
      return rest.get();
    } catch (BackendException | IllegalStateException e) {
      String message = "A part was stored before the rest failed: " + e.getMessage();
      throw new BackendException(Outcome.UNKNOWN, message, e);
    }
  }

  private static boolean isPlainAck(Settlement settlement) {
    return settlement instanceof Settlement.Ack ack
        && ack.archive().mode() == Archive.Mode.DELETE
        && ack.followUps().isEmpty();
  }

  private List<Lease> ack(Session session, Routes routes, List<Lease> leases) throws SQLException {
    Map<String, Integer> queues = new HashMap<>();
    for (Lease lease : leases) {
      QueueRow queue = routes.queue(lease.queue());
      if (queue != null) {
        queues.put(lease.queue(), queue.id());
      }
    }
    // In the order of keys, as everybody locks.
    List<Lease> sorted =
        leases.stream().distinct().sorted(Comparator.comparing(Lease::eventId)).toList();
    return session.query(
        ack,
        row -> lease(row, routes),
        catalog.given(),
        session.array("text", sorted.stream().map(Lease::eventId).toArray()),
        session.array("int4", sorted.stream().map(each -> queues.get(each.queue())).toArray()),
        session.array("int8", sorted.stream().map(Lease::token).toArray()));
  }

  private static Lease lease(ResultSet row, Routes routes) throws SQLException {
    QueueRow queue = routes.queue(row.getInt(2));
    return new Lease(queue == null ? "" : queue.name(), row.getString(1), row.getLong(3));
  }
}
