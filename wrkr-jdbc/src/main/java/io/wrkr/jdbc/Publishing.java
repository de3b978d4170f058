package io.wrkr.jdbc;

import io.wrkr.Receipt;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.jdbc.Session.IfThere;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.Due;
import io.wrkr.spi.HeaderText;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.StoredEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stores events and their deliveries; see {@link JdbcBackend}. */
final class Publishing {
  private final Catalog catalog;
  private final AtomicLong lastSeq = new AtomicLong();
  private final Insert insertEvents;
  private final Insert insertDeliveries;
  private final String known;
  private final String extendEvent;
  private final Dialect dialect;

  /**
   * An event and the queues that it is for.
   *
   * @param published when, or {@link #NOW}
   * @param leaseEnd until when it is claimed as soon as it is stored, or {@link #FREE}
   */
  record Planned(
      OutgoingEvent outgoing,
      List<QueueRow> queues,
      long due,
      long seq,
      long published,
      long leaseEnd) {
    static final long NOW = -1;
    static final long FREE = -1;

    /** Creates one of an event that is published now. */
    Planned(OutgoingEvent outgoing, List<QueueRow> queues, long due, long seq) {
      this(outgoing, queues, due, seq, NOW, FREE);
    }

    boolean isLeased() {
      return leaseEnd != FREE;
    }

    /** Tokens begin at the sequence: above those of an earlier delivery of the same id. */
    long token(long seq) {
      return isLeased() ? seq + 1 : seq;
    }

    StoredEvent event() {
      return outgoing.event();
    }

    String id() {
      return outgoing.event().id();
    }

    long dedupe() {
      return Micros.of(outgoing.dedupeWindow());
    }

    /** Returns the same with the due instant that the store's now gives. */
    Planned at(long now) {
      return new Planned(
          outgoing, queues, Micros.of(outgoing.due().from(Micros.instant(now))), seq);
    }

    Receipt receipt(boolean duplicate) {
      List<String> names = queues.stream().map(QueueRow::name).toList();
      return new Receipt(id(), Micros.instant(due), names, duplicate);
    }
  }

  /** What an event row says of the deliveries made. */
  private record Known(String id, String queueIds, int live) {}

  Publishing(Sql sql, Dialect dialect, Catalog catalog) {
    this.catalog = catalog;
    this.dialect = dialect;
    insertEvents =
        new Insert(
            sql.of(
                "INSERT INTO {event} (id, name, tid, headers, content_type, payload, queue_ids,"
                    + " live, published_at)"),
            9);
    insertDeliveries =
        new Insert(
            sql.of(
                "INSERT INTO {delivery} (event_id, queue_id, due_at, seq, first_due, attempt,"
                    + " token, leased, dedupe, tid)"),
            10);
    known = sql.of("SELECT id, queue_ids, live FROM {event} WHERE id IN (??) ORDER BY id{:update}");
    extendEvent = sql.of("UPDATE {event} SET queue_ids = ?, live = ? WHERE id = ?");
  }

  List<Receipt> publish(Session session, List<OutgoingEvent> events) throws SQLException {
    return publish(session, events, catalog.sharedMoment(session));
  }

  /** Publishes on a connection of the caller, whose transaction may see an old state. */
  List<Receipt> join(Session session, List<OutgoingEvent> events, Store store) throws SQLException {
    return publish(session, events, catalog.joined(session, store));
  }

  private List<Receipt> publish(Session session, List<OutgoingEvent> events, Moment moment)
      throws SQLException {
    return store(session, plan(events, moment), moment.now());
  }

  /** Stores what was planned and is not there; tells of each whether it was. */
  List<Receipt> store(Session session, List<Planned> all, long now) throws SQLException {
    Map<String, Planned> fresh = new LinkedHashMap<>();
    List<Planned> repeats = new ArrayList<>();
    for (Planned planned : all) {
      if (!planned.queues.isEmpty() && fresh.putIfAbsent(planned.id(), planned) != null) {
        repeats.add(planned);
      }
    }
    List<Planned> existing = insertEvents(session, List.copyOf(fresh.values()), now);
    existing.forEach(planned -> fresh.remove(planned.id()));
    insertDeliveries(session, fresh.values());
    repeats.addAll(0, existing);
    Map<Planned, Boolean> added = repeat(session, repeats);
    List<Receipt> receipts = new ArrayList<>(all.size());
    for (Planned planned : all) {
      receipts.add(planned.receipt(!added.getOrDefault(planned, true)));
    }
    return receipts;
  }

  /** Adds what is missing of events whose ids were found to be there already. */
  List<Receipt> again(Session session, List<Planned> repeats) throws SQLException {
    Map<Planned, Boolean> added = repeat(session, repeats);
    return repeats.stream().map(each -> each.receipt(!added.getOrDefault(each, true))).toList();
  }

  List<Planned> plan(List<OutgoingEvent> events, Moment moment) {
    var now = Micros.instant(moment.now());
    List<Planned> all = new ArrayList<>(events.size());
    for (OutgoingEvent outgoing : events) {
      List<QueueRow> queues = moment.routes().matching(outgoing.event().name());
      long due = Micros.of(outgoing.due().from(now));
      all.add(new Planned(outgoing, queues, due, nextSeq(moment.now(), queues.size())));
    }
    return all;
  }

  /** Inserts event rows and returns those that were there already. */
  private List<Planned> insertEvents(Session session, List<Planned> events, long now)
      throws SQLException {
    List<Planned> existing = new ArrayList<>();
    int done = 0;
    while (done < events.size()) {
      int size = session.chunk(events.size() - done);
      List<Planned> chunk = events.subList(done, done + size);
      if (session.ifThere() == IfThere.LOOK_FIRST) {
        existing.addAll(insertUnknown(session, chunk, now));
      } else {
        try {
          session.insertChunk(insertEvents, eventRows(chunk, now));
        } catch (SQLException e) {
          if (session.ifThere() == IfThere.FAIL || !dialect.isDuplicate(e)) {
            throw e;
          }
          existing.addAll(insertUnknown(session, chunk, now));
        }
      }
      done += size;
    }
    return existing;
  }

  /** Looks first: an insert that was refused waited for its rival's commit, so the row is seen. */
  private List<Planned> insertUnknown(Session session, List<Planned> events, long now)
      throws SQLException {
    Map<String, Known> rows = known(session, events);
    List<Planned> missing = events.stream().filter(e -> !rows.containsKey(e.id())).toList();
    session.insert(insertEvents, eventRows(missing, now));
    return events.stream().filter(e -> rows.containsKey(e.id())).toList();
  }

  private Map<String, Known> known(Session session, List<Planned> events) throws SQLException {
    Map<String, Known> rows = new HashMap<>();
    if (!events.isEmpty()) {
      session
          .query(
              known,
              row -> new Known(row.getString(1), row.getString(2), row.getInt(3)),
              events.stream().map(Planned::id).sorted().toList())
          .forEach(row -> rows.put(row.id, row));
    }
    return rows;
  }

  private static List<@Nullable Object[]> eventRows(List<Planned> events, long now) {
    List<@Nullable Object[]> rows = new ArrayList<>(events.size());
    for (Planned planned : events) {
      @Nullable Object[] values = eventValues(planned);
      @Nullable Object[] row = Arrays.copyOf(values, values.length + 1);
      row[values.length] = planned.published == Planned.NOW ? now : planned.published;
      rows.add(row);
    }
    return rows;
  }

  /** Returns the columns of an event's row, but for the last: when it was published. */
  static @Nullable Object[] eventValues(Planned planned) {
    StoredEvent event = planned.event();
    return new @Nullable Object[] {
      event.id(),
      event.name(),
      event.tid().orElse(null),
      HeaderText.encode(event.headers()),
      event.payload().contentType(),
      event.payload().bytes(),
      queueIds("", planned.queues),
      planned.queues.size()
    };
  }

  /** The text that lists queues: each one's id between commas. */
  static String queueIds(String before, List<QueueRow> queues) {
    StringBuilder text = new StringBuilder(before.isEmpty() ? "," : before);
    queues.forEach(queue -> text.append(queue.id()).append(','));
    return text.toString();
  }

  void insertDeliveries(Session session, Iterable<Planned> events) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Planned planned : events) {
      rows.addAll(deliveryRows(planned, planned.queues));
    }
    session.insert(insertDeliveries, rows);
  }

  private static List<@Nullable Object[]> deliveryRows(Planned planned, List<QueueRow> queues) {
    List<@Nullable Object[]> rows = new ArrayList<>(queues.size());
    long dedupe = planned.dedupe();
    long seq = planned.seq;
    for (QueueRow queue : queues) {
      String tid = queue.ordered() ? planned.event().tid().orElse(null) : null;
      rows.add(
          new @Nullable Object[] {
            planned.id(),
            queue.id(),
            planned.isLeased() ? planned.leaseEnd : planned.due,
            seq,
            planned.due,
            planned.isLeased() ? 1 : 0,
            planned.token(seq),
            planned.isLeased() ? 1 : 0,
            dedupe,
            tid
          });
      seq++;
    }
    return rows;
  }

  /** Takes note of the store's time, which sequence numbers keep up with. */
  void seen(long now) {
    lastSeq.accumulateAndGet(now, Math::max);
  }

  /** Plans what a wire brought for one queue; with a lease, it is to be claimed at once. */
  List<Planned> arrived(QueueRow queue, List<Arrival> arrivals, long now, long leaseEnd) {
    long seq = nextSeq(now, arrivals.size());
    List<Planned> all = new ArrayList<>(arrivals.size());
    for (Arrival arrival : arrivals) {
      OutgoingEvent event = new OutgoingEvent(arrival.event(), Due.NOW, arrival.dedupeWindow());
      long published = Math.min(now, Micros.of(arrival.publishedAt()));
      all.add(new Planned(event, List.of(queue), published, seq++, published, leaseEnd));
    }
    return all;
  }

  /**
   * Returns the first of so many sequence numbers. They keep the order of publishing: they rise
   * with each delivery of this process, and with the store's time.
   */
  private long nextSeq(long now, int count) {
    return lastSeq.updateAndGet(last -> Math.max(last, now - 1) + count) - count + 1;
  }

  /** Returns a token above those of all earlier deliveries of the same id. */
  long nextToken(long now) {
    return nextSeq(now, 1);
  }

  /** Adds the deliveries that earlier publishes of the same ids did not make; tells which did. */
  private Map<Planned, Boolean> repeat(Session session, List<Planned> repeats) throws SQLException {
    Map<Planned, Boolean> added = new IdentityHashMap<>();
    Map<String, Known> rows = known(session, repeats);
    for (Planned planned : repeats) {
      Known row = rows.get(planned.id());
      if (row == null) {
        throw new SQLException("The event " + planned.id() + " was pruned meanwhile", "40001");
      }
      List<QueueRow> missing =
          planned.queues.stream()
              .filter(queue -> !row.queueIds.contains("," + queue.id() + ","))
              .toList();
      added.put(planned, !missing.isEmpty());
      if (!missing.isEmpty()) {
        rows.put(row.id, add(session, planned, missing, row));
      }
    }
    return added;
  }

  private Known add(Session session, Planned planned, List<QueueRow> missing, Known row)
      throws SQLException {
    session.insert(insertDeliveries, deliveryRows(planned, missing));
    Known extended = new Known(row.id, queueIds(row.queueIds, missing), row.live + missing.size());
    session.update(extendEvent, extended.queueIds, extended.live, extended.id);
    return extended;
  }
}
