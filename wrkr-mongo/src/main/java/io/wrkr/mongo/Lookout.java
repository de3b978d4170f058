package io.wrkr.mongo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Asks what a queue has ahead of it, each time in one statement. */
final class Lookout {
  private static final String ASKING = "Asking what comes due next";
  private static final BsonDocument FIRST = BsonDocument.parse("{_id: 0, at: 1, now: '$$NOW'}");
  private static final BsonString LEASE_END = new BsonString("$" + Doc.LEASE_END);
  private static final int MAX_HELD = 10_000;

  private final Store store;

  /**
   * What a queue has ahead of it.
   *
   * @param ready whether something may be ready
   * @param untilNextDue until the next comes due that is not due yet
   * @param untilLeaseEnds until the first lease ends, if that was asked for
   */
  record Outlook(
      boolean ready, Optional<Duration> untilNextDue, Optional<Duration> untilLeaseEnds) {}

  Lookout(Store store) {
    this.store = store;
  }

  /** Asks when the next comes due that is not due yet; one key. */
  Outlook next(String queue) {
    BsonDocument filter = Ready.waiting(queue, Head.ALWAYS);
    filter.putAll(store.clock.ahead(Doc.AT));
    return new Outlook(false, untilFirst(filter), Optional.empty());
  }

  /** Asks for the first that nobody holds, whether it is ready or when it comes due. */
  Outlook first(String queue, Instant from) {
    BsonDocument filter = Ready.waiting(queue, from);
    filter.putAll(store.clock.reached(Doc.LEASE_END));
    Optional<Duration> first = untilFirst(filter);
    boolean ready = first.isPresent() && first.get().compareTo(Duration.ZERO) <= 0;
    return new Outlook(ready, ready ? Optional.empty() : first, Optional.empty());
  }

  /**
   * Asks for all of it, in one statement. Of what is due it looks at the first {@value #MAX_HELD};
   * if there may be more, one of those may be ready.
   */
  Outlook all(String queue) {
    List<BsonDocument> both = pipeline(queue);
    boolean ready = false;
    Optional<Duration> untilNextDue = Optional.empty();
    Optional<Duration> untilLeaseEnds = Optional.empty();
    for (BsonDocument part :
        store.read(
            ASKING,
            () -> store.deliveries.aggregate(both).hint(Store.READY).into(new ArrayList<>()))) {
      untilNextDue = untilNextDue.or(() -> until(part, Doc.AT));
      untilLeaseEnds = untilLeaseEnds.or(() -> until(part, "end"));
      long looked = Doc.number(part, "all");
      ready |= looked > Doc.number(part, "held") || looked == MAX_HELD;
    }
    return new Outlook(ready, untilNextDue, untilLeaseEnds);
  }

  /** The leases of what is due, then the next that is not. */
  private List<BsonDocument> pipeline(String queue) {
    BsonDocument due = Ready.waiting(queue, Head.ALWAYS);
    due.putAll(store.clock.reached(Doc.AT));
    BsonDocument ahead = Ready.waiting(queue, Head.ALWAYS);
    ahead.putAll(store.clock.ahead(Doc.AT));
    BsonValue held = store.clock.ahead(Doc.LEASE_END).getDocument("$expr");
    BsonDocument leases =
        BsonDocument.parse("{_id: null, all: {$sum: 1}, now: {$max: '$$NOW'}}")
            .append("held", new BsonDocument("$sum", where(held, new BsonInt32(1))))
            .append("end", new BsonDocument("$min", where(held, LEASE_END)));
    List<BsonDocument> next =
        List.of(
            new BsonDocument("$match", ahead),
            new BsonDocument("$sort", Ready.DUE_THEN_PUBLISHED),
            BsonDocument.parse("{$limit: 1}"),
            new BsonDocument("$project", FIRST));
    return List.of(
        new BsonDocument("$match", due),
        new BsonDocument("$limit", new BsonInt32(MAX_HELD)),
        new BsonDocument("$group", leases),
        new BsonDocument(
            "$unionWith",
            new BsonDocument("pipeline", new BsonArray(next))
                .append(
                    "coll", new BsonString(store.deliveries.getNamespace().getCollectionName()))));
  }

  private static BsonDocument where(BsonValue condition, BsonValue value) {
    return new BsonDocument("$cond", new BsonArray(List.of(condition, value, BsonNull.VALUE)));
  }

  private Optional<Duration> untilFirst(BsonDocument filter) {
    BsonDocument next =
        store.read(
            ASKING,
            () ->
                store
                    .deliveries
                    .find(filter)
                    .sort(Ready.DUE_THEN_PUBLISHED)
                    .hint(Store.READY)
                    .limit(1)
                    .projection(FIRST)
                    .first());
    return next == null ? Optional.empty() : until(next, Doc.AT);
  }

  /** How long from the server's now that an answer brings to an instant in it, if there is one. */
  private Optional<Duration> until(BsonDocument answer, String field) {
    Instant now = store.clock.observe(answer.getDateTime("now"));
    return answer.isDateTime(field)
        ? Optional.of(Duration.between(now, Doc.instant(answer, field)))
        : Optional.empty();
  }
}
