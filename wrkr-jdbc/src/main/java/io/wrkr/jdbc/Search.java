package io.wrkr.jdbc;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Conditions.Key;
import io.wrkr.jdbc.Routes.QueueRow;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds and counts deliveries; changes nothing. */
final class Search {
  private static final int SHOWN_BYTES = 64 * 1024;

  private final Sql sql;
  private final Catalog catalog;
  private final String countLive;
  private final String countDead;
  private final String anyDone;

  /** What one delivery of a page shows, and where in the order it stands. */
  private record Found(Key key, DeliveryInfo info) {}

  private record Counts(int queue, long ready, long leased, long all, long earliest) {}

  Search(Sql sql, Catalog catalog) {
    this.sql = sql;
    this.catalog = catalog;
    countLive =
        sql.of(
            "SELECT queue_id, sum(CASE WHEN due <= ? THEN 1 ELSE 0 END),"
                + " sum(CASE WHEN leased = 1 AND due > ? THEN 1 ELSE 0 END), count(*), min(due)"
                + " FROM (SELECT d.queue_id, d.leased, "
                + Conditions.DUE
                + " AS due FROM {delivery} d) live GROUP BY queue_id");
    countDead = sql.of("SELECT queue_id, count(*) FROM {dead} GROUP BY queue_id");
    anyDone = sql.of("SELECT 1 FROM {done} WHERE queue_id = ? AND moved = 0 LIMIT 1");
  }

  Page find(Session session, Query query) throws SQLException {
    Key after = query.after().map(Key::parse).orElse(Key.START);
    Moment moment = catalog.moment(session);
    QueueRow queue = query.queue().map(moment.routes()::queue).orElse(null);
    if (queue == null && query.queue().isPresent()) {
      return new Page(List.of(), Optional.empty());
    }
    List<String> arms = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    int limit = query.limit() + 1;
    for (Arm arm : Arm.of(query.state())) {
      Conditions where = arm.conditions(query, queue, moment.now()).after(after);
      arms.add(
          "SELECT * FROM (" + arm.select + where.sql() + " ORDER BY 1, 2 LIMIT ?) " + arm.alias);
      values.addAll(where.values());
      values.add(limit);
    }
    values.add(limit);
    String all = String.join(" UNION ALL ", arms) + " ORDER BY 1, 2 LIMIT ?";
    List<Found> found = session.query(sql.of(all), row -> found(row, moment), values.toArray());
    boolean more = found.size() == limit;
    List<Found> page = more ? found.subList(0, limit - 1) : found;
    Optional<String> next =
        more ? Optional.of(page.get(page.size() - 1).key.toString()) : Optional.empty();
    return new Page(page.stream().map(Found::info).toList(), next);
  }

  /** A table that holds deliveries, as a part of the select for a page. */
  private enum Arm {
    LIVE(
        "SELECT d.event_id, d.queue_id, d.attempt, d.history, "
            + Conditions.DUE
            + " AS due, d.leased, "),
    DEAD("SELECT d.event_id, d.queue_id, d.attempt, d.reason, d.died_at AS due, 2, "),
    DONE("SELECT d.event_id, d.queue_id, d.attempt, d.history, d.done_at AS due, 3, ");

    final String select;
    final String alias;

    Arm(String columns) {
      alias = name().toLowerCase(java.util.Locale.ROOT);
      String table = this.ordinal() == 0 ? "delivery" : alias;
      select =
          columns
              + "e.name, e.tid, e.published_at, e.headers, substring(e.payload, 1, "
              + (SHOWN_BYTES + 1)
              + ") AS payload, d.seq FROM {"
              + table
              + "} d JOIN {event} e ON e.id = d.event_id";
    }

    static List<Arm> of(Optional<DeliveryState> state) {
      if (state.isEmpty()) {
        return List.of(values());
      }
      return switch (state.get()) {
        case DEAD -> List.of(DEAD);
        case DONE -> List.of(DONE);
        default -> List.of(LIVE);
      };
    }

    Conditions conditions(Query query, @Nullable QueueRow queue, long now) {
      Conditions where = new Conditions();
      switch (this) {
        case LIVE -> {
          where.common(query, queue, Conditions.DUE);
          query.state().ifPresent(state -> where.live(state, now));
        }
        case DEAD -> where.common(query, queue, "d.died_at");
        case DONE -> where.common(query, queue, "d.done_at").add("d.moved = 0");
      }
      return where;
    }
  }

  private static Found found(ResultSet row, Moment moment) throws SQLException {
    int queueId = row.getInt(2);
    QueueRow queue = moment.routes().queue(queueId);
    int attempt = row.getInt(3);
    long due = row.getLong(5);
    DeliveryInfo info =
        new DeliveryInfo(
            row.getString(1),
            queue == null ? "?" : queue.name(),
            row.getString(7),
            Optional.ofNullable(row.getString(8)),
            state(row.getInt(6), due <= moment.now(), attempt),
            Micros.instant(due),
            attempt,
            Micros.instant(row.getLong(9)),
            Optional.ofNullable(row.getString(4)).filter(text -> !text.isEmpty()),
            shown(row.getBytes(11)),
            Replays.marked(EventRows.shown(row.getString(10)), row.getLong(12)));
    return new Found(new Key(info.eventId(), queueId), info);
  }

  /** Returns the state of what is 0 waiting, 1 leased, 2 dead or 3 done. */
  private static DeliveryState state(int kind, boolean due, int attempt) {
    if (kind >= 2) {
      return kind == 2 ? DeliveryState.DEAD : DeliveryState.DONE;
    }
    if (due) {
      return DeliveryState.READY;
    }
    if (kind == 1) {
      return DeliveryState.LEASED;
    }
    return attempt > 0 ? DeliveryState.RETRYING : DeliveryState.SCHEDULED;
  }

  private static String shown(byte[] bytes) {
    int end = Math.min(bytes.length, SHOWN_BYTES);
    while (end < bytes.length && end > SHOWN_BYTES - 4 && (bytes[end] & 0xC0) == 0x80) {
      end--; // not in the middle of a character
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  List<QueueStats> stats(Session session) throws SQLException {
    Moment moment = catalog.moment(session);
    long now = moment.now();
    Map<Integer, Counts> live = new HashMap<>();
    session.query(countLive, Search::counts, now, now).forEach(each -> live.put(each.queue, each));
    Map<Integer, Long> dead = new HashMap<>();
    session.query(countDead, row -> dead.put(row.getInt(1), row.getLong(2)));
    List<QueueStats> all = new ArrayList<>();
    for (QueueRow queue : moment.routes().queues()) {
      Counts counts = live.get(queue.id());
      long died = dead.getOrDefault(queue.id(), 0L);
      if (counts != null || died > 0 || isKnown(session, moment.routes(), queue)) {
        all.add(stats(queue, counts, died, now));
      }
    }
    all.sort(Comparator.comparing(QueueStats::queue));
    return all;
  }

  private static Counts counts(ResultSet row) throws SQLException {
    return new Counts(
        row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  private static QueueStats stats(QueueRow queue, @Nullable Counts live, long dead, long now) {
    if (live == null) {
      return new QueueStats(queue.name(), 0, 0, 0, dead, Duration.ZERO);
    }
    Duration oldest = Micros.duration(Math.max(0, live.ready > 0 ? now - live.earliest : 0));
    long scheduled = live.all - live.ready - live.leased;
    return new QueueStats(queue.name(), live.ready, scheduled, live.leased, dead, oldest);
  }

  private boolean isKnown(Session session, Routes routes, QueueRow queue) throws SQLException {
    return routes.hasSubscription(queue)
        || !session.query(anyDone, row -> row.getInt(1), queue.id()).isEmpty();
  }
}
