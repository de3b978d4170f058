package io.wrkr.jdbc;

import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.jdbc.Routes.QueueRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query's conditions as SQL on one of the tables that hold deliveries, alias {@code d}. */
final class Conditions {
  /**
   * When a live delivery comes due. One that waits for another of its tid may have been put back by
   * a claim; its place says when it is due.
   */
  static final String DUE =
      "CASE WHEN d.tid IS NOT NULL AND d.lane IS NULL AND d.leased = 0"
          + " THEN d.first_due ELSE d.due_at END";

  private final StringBuilder sql = new StringBuilder(" WHERE 1 = 1");
  private final List<@Nullable Object> values = new ArrayList<>();

  /** Where a page ends or a change has come to. */
  record Key(String eventId, int queue) {
    static final Key START = new Key("", 0);

    /** Reads what {@link #toString} wrote. */
    static Key parse(String text) {
      int colon = text.indexOf(':');
      try {
        return new Key(text.substring(colon + 1), Integer.parseInt(text.substring(0, colon)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new IllegalArgumentException(
            "The page '" + text + "' is none that find gave: pass on Page.next as it is", e);
      }
    }

    @Override
    public String toString() {
      return queue + ":" + eventId;
    }
  }

  Conditions add(String condition, @Nullable Object... given) {
    sql.append(" AND ").append(condition);
    values.addAll(List.of(given));
    return this;
  }

  /** Adds what is alike for all tables; {@code due} is the column or expression of this one. */
  Conditions common(Query query, @Nullable QueueRow queue, String due) {
    if (queue != null) {
      add("d.queue_id = ?", queue.id());
    }
    query.eventId().ifPresent(id -> add("d.event_id = ?", id));
    query.dueBefore().ifPresent(instant -> add(due + " < ?", Micros.of(instant)));
    if (query.tid().isPresent()) {
      add("d.event_id IN (SELECT i.id FROM {event} i WHERE i.tid = ?)", query.tid().get());
    }
    query
        .name()
        .ifPresent(
            name ->
                add(
                    "EXISTS (SELECT 1 FROM {event} n WHERE n.id = d.event_id AND n.name = ?)",
                    name));
    return this;
  }

  Conditions after(Key key) {
    if (key.equals(Key.START)) {
      return this;
    }
    return add("d.event_id >= ?", key.eventId)
        .add("(d.event_id > ? OR d.queue_id > ?)", key.eventId, key.queue);
  }

  /** Adds what a live delivery in the given state fulfils. */
  Conditions live(DeliveryState state, long now) {
    return switch (state) {
      case READY -> add(DUE + " <= ?", now);
      case LEASED -> add("d.leased = 1 AND d.due_at > ?", now);
      case RETRYING -> add("d.leased = 0 AND d.attempt > 0 AND " + DUE + " > ?", now);
      case SCHEDULED -> add("d.leased = 0 AND d.attempt = 0 AND " + DUE + " > ?", now);
      case DONE, DEAD -> add("1 = 0");
    };
  }

  /** Adds what a dead letter in the given state fulfils. */
  Conditions dead(DeliveryState state) {
    return state == DeliveryState.DEAD ? this : add("1 = 0");
  }

  /** Adds what a live delivery fulfils that no worker holds. */
  Conditions waiting(long now) {
    return add("(d.leased = 0 OR d.due_at <= ?)", now);
  }

  String sql() {
    return sql.toString();
  }

  List<@Nullable Object> values() {
    return values;
  }
}
