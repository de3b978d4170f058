package io.wrkr.jdbc;

import io.wrkr.Receipt;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Publishing.Planned;
import io.wrkr.jdbc.Session.IfThere;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A trip less for a few new events on MariaDB, whose inserts can answer.
 *
 * <ol>
 *   <li>The events are inserted, if the subscriptions are still of the version that is cached. That
 *       version is read with a share lock, which holds it to the commit, and the store's now comes
 *       back.
 *   <li>The deliveries are inserted.
 * </ol>
 *
 * <p>Whatever is not so simple goes the way of all databases: another version, an id that is there
 * already, an event for nobody, more events than a trip matters for; and MySQL, which has no {@code
 * RETURNING}.
 */
final class MariaDbOperations implements Operations {
  /** The rows pass through a table in memory: with more of them that costs as much as the trip. */
  private static final int FEW = 16;

  private static final int COLUMNS = 8;

  private final Dialect dialect;
  private final Store store;
  private final Catalog catalog;
  private final Publishing publishing;
  private final Operations others;
  private final String[] insert = new String[FEW + 1];

  MariaDbOperations(Parts parts, Publishing publishing, Operations others) {
    this.dialect = parts.dialect();
    this.store = parts.store();
    this.catalog = parts.catalog();
    this.publishing = publishing;
    this.others = others;
    String row = " UNION ALL SELECT " + String.join(", ", Collections.nCopies(COLUMNS, "?"));
    for (int rows = 1; rows <= FEW; rows++) {
      insert[rows] =
          parts
              .sql()
              .of(
                  "INSERT INTO {event} (id, name, tid, headers, content_type, payload, queue_ids,"
                      + " live, published_at) SELECT i.*, {:now} FROM {meta} m JOIN (SELECT ? AS"
                      + " id, ? AS name, ? AS tid, ? AS headers, ? AS type, ? AS payload, ? AS"
                      + " queues, ? AS live"
                      + row.repeat(rows - 1)
                      + ") i ON m.id = 1 AND m.subscription_version = ?{:share}"
                      + " RETURNING published_at");
    }
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    return store.write(
        session -> {
          Optional<List<Receipt>> stored = storeNew(session, events);
          return stored.isPresent() ? stored.get() : publishing.publish(session, events);
        });
  }

  @Override
  public List<Receipt> join(Session session, List<OutgoingEvent> events) throws SQLException {
    Optional<List<Receipt>> stored = storeNew(session, events);
    return stored.isPresent() ? stored.get() : others.join(session, events);
  }

  /** Stores events that are all new, or nothing. */
  private Optional<List<Receipt>> storeNew(Session session, List<OutgoingEvent> events)
      throws SQLException {
    boolean few = !events.isEmpty() && events.size() <= FEW;
    if (!few || session.ifThere() == IfThere.LOOK_FIRST || !canAnswer(session)) {
      return Optional.empty();
    }
    Routes routes = catalog.cached();
    List<Planned> planned = publishing.plan(events, new Moment(routes, 0));
    if (planned.stream().anyMatch(each -> each.queues().isEmpty())) {
      return Optional.empty();
    }
    List<Long> now;
    try {
      now = session.query(insert[events.size()], row -> row.getLong(1), values(planned, routes));
    } catch (SQLException e) {
      if (session.ifThere() == IfThere.FAIL || !dialect.isDuplicate(e)) {
        throw e;
      }
      return Optional.empty();
    }
    return now.isEmpty()
        ? Optional.empty()
        : Optional.of(deliver(session, events, new Moment(routes, now.get(0))));
  }

  private static boolean canAnswer(Session session) throws SQLException {
    return session.connection().getMetaData().getDatabaseProductName().equals("MariaDB");
  }

  private @Nullable Object[] values(List<Planned> planned, Routes routes) {
    List<@Nullable Object> values = new ArrayList<>(planned.size() * COLUMNS + 2);
    values.add(catalog.given());
    planned.forEach(each -> values.addAll(Arrays.asList(Publishing.eventValues(each))));
    values.add(routes.version);
    return values.toArray();
  }

  private List<Receipt> deliver(Session session, List<OutgoingEvent> events, Moment moment)
      throws SQLException {
    List<Planned> planned = publishing.plan(events, moment);
    publishing.insertDeliveries(session, planned);
    return planned.stream().map(each -> each.receipt(false)).toList();
  }

  @Override
  public Claims claim(ClaimRequest request) {
    return others.claim(request);
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    return others.settle(settlements);
  }
}
