package io.wrkr.mongo;

import com.mongodb.client.FindIterable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for ready deliveries.
 *
 * <p>A document that people or other programs turned into something unreadable is left alone: it is
 * noted, logged once, and not asked for again. Thread-safe.
 */
final class Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Ready.class);
  static final BsonDocument DUE_THEN_PUBLISHED = BsonDocument.parse("{at: 1, s: 1}");

  /** In what {@link #living} returns: whether it is due and nobody holds it. */
  static final String DUE = "due";

  private static final BsonDocument THIN =
      BsonDocument.parse("{_id: 1, t: 1, at: 1, s: 1, g: 1, k: 1, v: 1}");
  private static final String LOOKING = "Looking for ready deliveries";
  private static final int MAX_UNSOUND = 1000;

  private final Store store;
  private final Map<BsonValue, Boolean> unsound = new ConcurrentHashMap<>();

  /** What to look at: from which due instant on, how many to pass over, how many to return. */
  record Window(Instant from, int skip, int limit) {}

  Ready(Store store) {
    this.store = store;
  }

  /** Returns ready deliveries by due instant, then publish order. */
  List<BsonDocument> find(String queue, Window window) {
    BsonDocument filter = ready(queue, window.from);
    List<BsonDocument> found =
        store.read(
            LOOKING, () -> inOrder(filter, window.limit).skip(window.skip).into(new ArrayList<>()));
    found.removeIf(doc -> !isSound(doc));
    return found;
  }

  /** The same from the very beginning, without what is long, and without the given tids. */
  List<BsonDocument> thin(String queue, Set<BsonValue> withoutTids, int limit) {
    BsonDocument filter = ready(queue, Head.ALWAYS);
    if (!withoutTids.isEmpty()) {
      filter.append(Doc.TID, noneOf(withoutTids)).append(Doc.ORDERED, BsonBoolean.TRUE);
    }
    List<BsonDocument> found =
        store.read(LOOKING, () -> inOrder(filter, limit).projection(THIN).into(new ArrayList<>()));
    found.removeIf(doc -> !isClaimable(doc));
    return found;
  }

  private FindIterable<BsonDocument> inOrder(BsonDocument filter, int limit) {
    return store
        .deliveries
        .find(filter)
        .sort(DUE_THEN_PUBLISHED)
        .hint(Store.READY)
        .limit(limit)
        .batchSize(limit + 1);
  }

  /** Returns those of these deliveries that have not ended, thin, with {@link #DUE}, by id. */
  Map<BsonValue, BsonDocument> living(String queue, Set<BsonValue> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    BsonDocument filter =
        new BsonDocument(Doc.ID, Queues.anyOf(ids))
            .append(Doc.QUEUE, new BsonString(queue))
            .append("$or", BsonArray.parse("[{at: {$exists: true}}, {x: {$exists: true}}]"));
    BsonValue ready = store.clock.ready().getDocument("$expr");
    BsonValue waits = BsonDocument.parse("{$eq: [{$type: '$at'}, 'date']}");
    BsonDocument dueNow =
        new BsonDocument(DUE, new BsonDocument("$and", new BsonArray(List.of(waits, ready))));
    dueNow.putAll(THIN);
    Map<BsonValue, BsonDocument> living = new HashMap<>();
    store
        .deliveries
        .find(filter)
        .hint(Store.BY_ID)
        .projection(dueNow)
        .batchSize(ids.size() + 1)
        .forEach(doc -> living.put(doc.get(Doc.ID), doc));
    return living;
  }

  /** A date as lower bound, always: neither an absent nor a strange {@code at} is ever due. */
  private BsonDocument ready(String queue, Instant from) {
    BsonDocument filter = waiting(queue, from);
    filter.putAll(store.clock.ready());
    if (!unsound.isEmpty()) {
      filter.append(Doc.ID, noneOf(unsound.keySet()));
    }
    return filter;
  }

  static BsonDocument waiting(String queue, Instant from) {
    return new BsonDocument(Doc.QUEUE, new BsonString(queue)).append(Doc.AT, from(from));
  }

  static BsonDocument from(Instant instant) {
    return new BsonDocument("$gte", new BsonDateTime(instant.toEpochMilli()));
  }

  private static BsonDocument noneOf(Collection<BsonValue> values) {
    return new BsonDocument("$nin", new BsonArray(List.copyOf(values)));
  }

  /** Tells whether the document can be read; notes it if not. */
  boolean isSound(BsonDocument doc) {
    return noted(doc, Doc.isSound(doc));
  }

  /** Tells whether the document can be claimed, as far as can be seen of a thin one. */
  boolean isClaimable(BsonDocument doc) {
    return noted(doc, Doc.isClaimable(doc));
  }

  private boolean noted(BsonDocument doc, boolean sound) {
    if (!sound && unsound.size() < MAX_UNSOUND && unsound.put(doc.get(Doc.ID), true) == null) {
      LOG.warn(
          "The document with _id {} in {} is not a delivery that can be read; it is left alone",
          doc.get(Doc.ID),
          store.deliveries.getNamespace());
    }
    return sound;
  }
}
