package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Moves and removes what is finished. Every step may be done by several processes at once, and
 * again after a crash in its middle.
 *
 * <ol>
 *   <li>Finished deliveries whose time in place is over: those to be moved are copied into the
 *       history, unless they are there already; then each becomes a dedupe record.
 *   <li>Dedupe records and history whose time is over are removed. The server's own expiry does the
 *       same when no process runs, up to a minute later.
 *   <li>Turns of tids that had no event for a week ({@link Turns}).
 * </ol>
 */
final class Pruning {
  private static final BsonDocument EXISTS = BsonDocument.parse("{$exists: true}");

  private final Store store;
  private final Turns turns;
  private final Ready ready;

  Pruning(Store store) {
    this.store = store;
    this.turns = new Turns(store);
    this.ready = new Ready(store);
  }

  int prune(int max) {
    try {
      int removed = endKept(max);
      removed += removeExpired(store.deliveries, max - removed);
      removed += removeExpired(store.history, max - removed);
      return removed + (removed < max ? turns.prune(max - removed, ready) : 0);
    } catch (MongoException e) {
      throw Failures.write("Pruning", e);
    }
  }

  private int endKept(int max) {
    BsonDocument over = new BsonDocument(Doc.UNTIL, EXISTS);
    over.putAll(store.clock.reached(Doc.UNTIL));
    List<BsonDocument> docs =
        store
            .deliveries
            .find(over)
            .hintString("kept")
            .limit(max)
            .projection(BsonDocument.parse("{_id: 1, q: 1, m: 1}"))
            .into(new ArrayList<>());
    if (docs.isEmpty()) {
      return 0;
    }
    List<BsonDocument> moving = docs.stream().filter(doc -> doc.containsKey(Doc.MOVE)).toList();
    if (!moving.isEmpty()) {
      copy(moving);
    }
    BsonDocument record =
        new BsonDocument(
            "$replaceWith",
            BsonDocument.parse("{_id: '$_id', q: '$q', z: '$z'}")
                .append(Doc.EXPIRY, since(Doc.FINISHED, Doc.WINDOW)));
    store.deliveries.updateMany(among(docs).append(Doc.UNTIL, EXISTS), List.of(record));
    return docs.size() - moving.size();
  }

  private void copy(List<BsonDocument> docs) {
    store
        .deliveries
        .aggregate(
            List.of(
                new BsonDocument("$match", among(docs).append(Doc.MOVE, EXISTS)),
                new BsonDocument(
                    "$set", new BsonDocument(Doc.EXPIRY, since(Doc.FINISHED, Doc.MOVE))),
                BsonDocument.parse("{$unset: ['u', 'm', 'z']}"),
                new BsonDocument(
                    "$merge",
                    BsonDocument.parse("{whenMatched: 'keepExisting', whenNotMatched: 'insert'}")
                        .append(
                            "into",
                            new BsonString(store.history.getNamespace().getCollectionName())))))
        .toCollection();
  }

  /** The instant in one field + the milliseconds in another; a number if the clock is given. */
  private BsonDocument since(String instant, String millis) {
    BsonValue from = new BsonString("$" + instant);
    BsonValue start = store.clock.isGiven() ? new BsonDocument("$toLong", from) : from;
    return new BsonDocument("$add", new BsonArray(List.of(start, new BsonString("$" + millis))));
  }

  private int removeExpired(MongoCollection<BsonDocument> collection, int max) {
    if (max <= 0) {
      return 0;
    }
    BsonDocument expired = new BsonDocument(Doc.EXPIRY, EXISTS);
    expired.putAll(store.clock.expired());
    List<BsonDocument> docs =
        collection
            .find(expired)
            .hintString("expiry")
            .limit(max)
            .projection(BsonDocument.parse("{_id: 1, q: 1}"))
            .into(new ArrayList<>());
    if (docs.isEmpty()) {
      return 0;
    }
    BsonDocument these = among(docs);
    these.putAll(expired);
    return (int) collection.deleteMany(these).getDeletedCount();
  }

  private static BsonDocument among(List<BsonDocument> docs) {
    Set<BsonValue> queues = new HashSet<>();
    docs.forEach(doc -> queues.add(doc.get(Doc.QUEUE)));
    return new BsonDocument(
            Doc.ID, Queues.anyOf(docs.stream().map(doc -> doc.get(Doc.ID)).toList()))
        .append(Doc.QUEUE, Queues.anyOf(queues));
  }
}
