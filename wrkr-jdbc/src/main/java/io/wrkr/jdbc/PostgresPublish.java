package io.wrkr.jdbc;

import io.wrkr.jdbc.Publishing.Planned;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.Due;
import io.wrkr.spi.HeaderText;
import io.wrkr.spi.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one statement that publishes on PostgreSQL, for one event or a thousand.
 *
 * <p>It inserts only if the version of the subscriptions by which it was made still holds, and says
 * which ids it inserted. {@code ON CONFLICT} waits for whoever inserts the same id, so that a
 * missing one is durable elsewhere.
 */
final class PostgresPublish {
  private final String statement;

  /** What the store said: nothing was written if the version is another one. */
  record Answer(long version, long now, Set<String> inserted) {}

  /** Creates one that keeps the version as {@code lock} says. */
  PostgresPublish(Sql sql, String lock) {
    statement =
        sql.of(
            "WITH t AS (SELECT {:now} AS now, subscription_version AS v FROM {meta} WHERE id = 1"
                + lock
                + """
            ),
            e AS (
              INSERT INTO {event} (id, name, tid, published_at, headers, content_type, payload,
                queue_ids, live)
              SELECT i.id, i.name, i.tid, t.now, i.headers, i.type, i.payload, i.queues, i.live
              FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[],
                ?::text[], ?::int[]) AS i(id, name, tid, headers, type, payload, queues, live), t
              WHERE t.v = ? ON CONFLICT (id) DO NOTHING RETURNING id),
            d AS (
              INSERT INTO {delivery} (event_id, queue_id, due_at, seq, first_due, attempt, token,
                leased, dedupe, tid)
              SELECT p.id, p.queue, x.due, p.seq, x.due, 0, greatest(p.seq, t.now), 0, p.dedupe,
                p.tid
              FROM unnest(?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                ?::text[]) AS p(id, queue, at, after, seq, dedupe, tid)
              JOIN e ON e.id = p.id CROSS JOIN t CROSS JOIN LATERAL (
                SELECT greatest(coalesce(p.at, t.now + p.after), t.now) AS due) x)
            SELECT t.v, t.now, (SELECT array_agg(e.id) FROM e) FROM t
            """);
  }

  Answer run(Session session, long version, Collection<Planned> events, @Nullable Long given)
      throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(given);
    addEvents(session, values, List.copyOf(events));
    values.add(version);
    addDeliveries(session, values, events);
    return session.one(statement, PostgresPublish::answer, values.toArray());
  }

  private static Answer answer(ResultSet row) throws SQLException {
    java.sql.Array inserted = row.getArray(3);
    Set<String> ids = inserted == null ? Set.of() : Set.of((String[]) inserted.getArray());
    return new Answer(row.getLong(1), row.getLong(2), ids);
  }

  private static void addEvents(
      Session session, List<@Nullable Object> values, List<Planned> events) throws SQLException {
    int size = events.size();
    @Nullable String[][] texts = new String[6][size];
    byte[][] payloads = new byte[size][];
    Integer[] live = new Integer[size];
    for (int i = 0; i < size; i++) {
      Planned planned = events.get(i);
      StoredEvent event = planned.event();
      texts[0][i] = event.id();
      texts[1][i] = event.name();
      texts[2][i] = event.tid().orElse(null);
      texts[3][i] = HeaderText.encode(event.headers());
      texts[4][i] = event.payload().contentType();
      texts[5][i] = Publishing.queueIds("", planned.queues());
      payloads[i] = event.payload().bytes();
      live[i] = planned.queues().size();
    }
    for (int column = 0; column < 5; column++) {
      values.add(session.array("text", texts[column]));
    }
    values.add(session.array("bytea", payloads));
    values.add(session.array("text", texts[5]));
    values.add(session.array("int4", live));
  }

  private static void addDeliveries(
      Session session, List<@Nullable Object> values, Collection<Planned> events)
      throws SQLException {
    List<String> ids = new ArrayList<>();
    List<Integer> queues = new ArrayList<>();
    List<@Nullable Long> at = new ArrayList<>();
    List<@Nullable Long> after = new ArrayList<>();
    List<Long> seqs = new ArrayList<>();
    List<Long> dedupes = new ArrayList<>();
    List<@Nullable String> tids = new ArrayList<>();
    for (Planned planned : events) {
      Due due = planned.outgoing().due();
      long seq = planned.seq();
      for (QueueRow queue : planned.queues()) {
        ids.add(planned.id());
        queues.add(queue.id());
        at.add(due instanceof Due.At instant ? Micros.of(instant.instant()) : null);
        after.add(due instanceof Due.After delay ? Micros.of(delay.delay()) : null);
        seqs.add(seq++);
        dedupes.add(planned.dedupe());
        tids.add(queue.ordered() ? planned.event().tid().orElse(null) : null);
      }
    }
    values.add(session.array("text", ids.toArray()));
    values.add(session.array("int4", queues.toArray()));
    values.add(session.array("int8", at.toArray()));
    values.add(session.array("int8", after.toArray()));
    values.add(session.array("int8", seqs.toArray()));
    values.add(session.array("int8", dedupes.toArray()));
    values.add(session.array("text", tids.toArray()));
  }
}
