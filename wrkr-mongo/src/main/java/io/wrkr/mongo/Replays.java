package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Delivers again what is archived, some at a time, each time in one transaction:
 *
 * <ol>
 *   <li>Read archived deliveries of the queue whose events were published in the period, in the
 *       order of {@code _id}: those kept in place and waiting to be moved, then the history.
 *   <li>Of the history leave out those whose id is in use again, since its dedupe window was over.
 *   <li>Remove the archived ones and their dedupe records, and the turns that name them: whoever
 *       read that such a turn's delivery had ended finds the turn gone ({@link Order}).
 *   <li>Insert them, due now, attempts counted from 0, token and place in publish order as they
 *       were, marked as replayed.
 * </ol>
 */
final class Replays {
  private static final int CHUNK = 500;
  private static final BsonDocument EXISTS = BsonDocument.parse("{$exists: true}");
  private static final BsonDocument ABSENT = BsonDocument.parse("{$exists: false}");

  private final Store store;
  private final Queues queues;
  private final Turns turns;

  /** What a chunk did: the last id that it found, how many it found, how many it replayed. */
  private record Progress(BsonValue last, int found, int replayed) {}

  Replays(Store store, Queues queues) {
    this.store = store;
    this.queues = queues;
    this.turns = new Turns(store);
  }

  long replay(String queue, Instant from, Instant to) {
    BsonDocument period =
        new BsonDocument("$gte", Doc.roundedUp(from)).append("$lt", Doc.roundedUp(to));
    BsonDocument inPeriod =
        new BsonDocument(Doc.QUEUE, new BsonString(queue)).append(Doc.BORN, period);
    try {
      return replay(queue, store.deliveries, kept(inPeriod.clone()))
          + replay(queue, store.history, moved(inPeriod));
    } catch (MongoException e) {
      throw Failures.write("Replaying", e);
    }
  }

  private BsonDocument kept(BsonDocument inPeriod) {
    BsonDocument kept = new BsonDocument(Doc.UNTIL, EXISTS);
    kept.putAll(store.clock.ahead(Doc.UNTIL));
    BsonDocument moving = new BsonDocument(Doc.MOVE, EXISTS);
    return inPeriod
        .append(Doc.FINISHED, EXISTS)
        .append("$or", new BsonArray(List.of(kept, moving)));
  }

  private BsonDocument moved(BsonDocument inPeriod) {
    return inPeriod.append("$nor", new BsonArray(List.of(store.clock.expired())));
  }

  private long replay(String queue, MongoCollection<BsonDocument> from, BsonDocument filter) {
    long replayed = 0;
    Progress progress = new Progress(DocId.first(queue), CHUNK, 0);
    while (progress.found == CHUNK) {
      BsonDocument rest =
          filter
              .clone()
              .append(
                  Doc.ID, new BsonDocument("$gt", progress.last).append("$lte", DocId.last(queue)));
      BsonDateTime now = new BsonDateTime(queues.moment().now().toEpochMilli());
      progress =
          Transactions.run(
              store, (session, conflicts) -> chunk(session, queue, from.find(session, rest), now));
      replayed += progress.replayed;
    }
    return replayed;
  }

  private Progress chunk(
      ClientSession session, String queue, FindIterable<BsonDocument> some, BsonDateTime now) {
    List<BsonDocument> found = some.sort(Store.BY_ID).limit(CHUNK).into(new ArrayList<>());
    if (found.isEmpty()) {
      return new Progress(DocId.last(queue), 0, 0);
    }
    BsonDocument these = Claiming.byId(queue, found);
    Set<BsonValue> inUse = new HashSet<>();
    store
        .deliveries
        .find(session, these.clone().append(Doc.EVENT, EXISTS).append(Doc.FINISHED, ABSENT))
        .projection(BsonDocument.parse("{_id: 1}"))
        .forEach(doc -> inUse.add(doc.get(Doc.ID)));
    List<BsonDocument> again = new ArrayList<>(found);
    again.removeIf(doc -> inUse.contains(doc.get(Doc.ID)));
    if (!again.isEmpty()) {
      revive(session, queue, again, now);
    }
    return new Progress(found.get(found.size() - 1).getBinary(Doc.ID), found.size(), again.size());
  }

  private void revive(
      ClientSession session, String queue, List<BsonDocument> again, BsonDateTime now) {
    BsonDocument these = Claiming.byId(queue, again);
    store.deliveries.deleteMany(session, these);
    store.history.deleteMany(session, these);
    turns.forget(session, queue, again);
    for (BsonDocument doc : again) {
      List.of(Doc.FINISHED, Doc.UNTIL, Doc.MOVE, Doc.EXPIRY, Doc.SETTLE).forEach(doc::remove);
      doc.append(Doc.AT, now)
          .append(Doc.ATTEMPTS, new BsonInt32(0))
          .append(Doc.REPLAYED, BsonBoolean.TRUE);
    }
    store.deliveries.insertMany(session, again);
  }
}
