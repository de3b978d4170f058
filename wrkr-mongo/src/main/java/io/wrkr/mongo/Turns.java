package io.wrkr.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.UpdateResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonMaxKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Whose turn it is: for each tid of an ordered queue the delivery that began last, as {@link Order}
 * explains. {@code {_id: {q: queue, t: tid}, h: id of the delivery, i: id of the write, d: look
 * whether it can go}}.
 */
final class Turns {
  static final String HEAD = "h";
  static final String WRITE = "i";

  /** How long the turn of a tid without events is kept: longer than any claim takes. */
  private static final Duration KEEP = Duration.ofDays(7);

  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

  private final Store store;

  Turns(Store store) {
    this.store = store;
  }

  /** Returns each tid's turn, where there is one. */
  Map<BsonValue, BsonDocument> read(String queue, Collection<BsonValue> tids) {
    return byTid(store.turns.find(among(queue, tids)), tids.size());
  }

  private static Map<BsonValue, BsonDocument> byTid(FindIterable<BsonDocument> turns, int count) {
    Map<BsonValue, BsonDocument> byTid = new HashMap<>();
    turns.batchSize(count + 1).forEach(turn -> byTid.put(tid(turn), turn));
    return byTid;
  }

  private static BsonValue tid(BsonDocument turn) {
    return turn.getDocument(Doc.ID).getString(Doc.TID);
  }

  /**
   * Gives tids their next turn, where they still have the one that was read, or none. In a
   * transaction a turn that another made meanwhile is a duplicate key, which ends it.
   *
   * @param next the delivery that is to begin, by tid
   * @param ended the write of the turn that was read, by tid
   * @return those deliveries whose turn it now is
   */
  List<BsonDocument> take(
      ClientSession session,
      String queue,
      Map<BsonValue, BsonDocument> next,
      Map<BsonValue, BsonValue> ended) {
    Map<BsonValue, BsonDocument> fresh = new LinkedHashMap<>(next);
    fresh.keySet().removeAll(ended.keySet());
    Map<BsonValue, BsonDocument> old = new LinkedHashMap<>(next);
    old.keySet().retainAll(ended.keySet());
    boolean all = insert(session, queue, fresh);
    all &= pass(session, queue, old, ended);
    if (all) {
      return List.copyOf(next.values());
    }
    Map<BsonValue, BsonDocument> now =
        byTid(store.turns.find(session, among(queue, next.keySet())), next.size());
    List<BsonDocument> taken = new ArrayList<>();
    next.forEach(
        (tid, doc) -> {
          BsonDocument turn = now.get(tid);
          if (turn != null && doc.getBinary(Doc.ID).equals(turn.get(HEAD))) {
            taken.add(doc);
          }
        });
    return taken;
  }

  /** Makes turns; false if not all of them are known to be made. */
  private boolean insert(ClientSession session, String queue, Map<BsonValue, BsonDocument> next) {
    if (next.isEmpty()) {
      return true;
    }
    List<BsonDocument> turns = new ArrayList<>();
    next.forEach(
        (tid, doc) ->
            turns.add(
                new BsonDocument(Doc.ID, id(queue, tid))
                    .append(HEAD, doc.get(Doc.ID))
                    .append(WRITE, new BsonObjectId())
                    .append(Doc.EXPIRY, Doc.roundedUp(store.clock.serverNow().plus(KEEP)))));
    try {
      store.turns.insertMany(session, turns, UNORDERED);
      return true;
    } catch (MongoBulkWriteException e) {
      if (session.hasActiveTransaction() || !Failures.isDuplicateKey(e)) {
        throw e;
      }
      return false;
    }
  }

  /** Changes turns; false if not all of them are known to be changed. */
  private boolean pass(
      ClientSession session,
      String queue,
      Map<BsonValue, BsonDocument> next,
      Map<BsonValue, BsonValue> ended) {
    if (next.isEmpty()) {
      return true;
    }
    List<BsonValue> tids = List.copyOf(next.keySet());
    BsonArray heads = new BsonArray(next.values().stream().map(doc -> doc.get(Doc.ID)).toList());
    BsonDocument position =
        operator("$indexOfArray", literal(new BsonArray(tids)), new BsonString("$_id.t"));
    BsonDocument set =
        new BsonDocument(HEAD, operator("$arrayElemAt", literal(heads), position))
            .append(WRITE, new BsonObjectId())
            .append(Doc.EXPIRY, expiry());
    BsonDocument filter = among(queue, tids).append(WRITE, Queues.anyOf(ended.values()));
    List<BsonDocument> update = List.of(new BsonDocument("$set", set));
    UpdateOptions options = new UpdateOptions().hint(Store.BY_ID);
    try {
      UpdateResult passed = store.turns.updateMany(session, filter, update, options);
      return passed.getModifiedCount() == tids.size();
    } catch (MongoException e) {
      if (session.hasActiveTransaction() || !Failures.isUncertain(e)) {
        throw e;
      }
      store.turns.updateMany(session, filter, update, options);
      return false;
    }
  }

  /** Whole days, so that the index on it seldom changes. */
  private static BsonDocument expiry() {
    return BsonDocument.parse(
        "{$dateAdd: {startDate: {$dateTrunc: {date: '$$NOW', unit: 'day'}}, unit: 'day', amount: "
            + (KEEP.toDays() + 1)
            + "}}");
  }

  /** Makes the turn of each delivery that was claimed before its queue kept order. */
  void begin(String queue, List<BsonDocument> claimed) {
    Map<BsonValue, BsonDocument> heads = new HashMap<>();
    claimed.forEach(doc -> heads.putIfAbsent(doc.getString(Doc.TID), doc));
    try (ClientSession session = store.session()) {
      insert(session, queue, heads);
    }
  }

  /** Removes the turns that name these deliveries, which have ended and are to live again. */
  void forget(ClientSession session, String queue, List<BsonDocument> ended) {
    Map<BsonValue, BsonValue> heads = new HashMap<>();
    ended.stream()
        .filter(doc -> doc.isString(Doc.TID))
        .forEach(doc -> heads.put(doc.get(Doc.ID), doc.get(Doc.TID)));
    if (!heads.isEmpty()) {
      store.turns.deleteMany(
          session,
          among(queue, Set.copyOf(heads.values())).append(HEAD, Queues.anyOf(heads.keySet())));
    }
  }

  /** Removes the turns of a queue. */
  void remove(String queue) {
    BsonDocument inQueue =
        new BsonDocument("$gte", Queues.field(Doc.QUEUE, queue))
            .append("$lt", Queues.field(Doc.QUEUE, queue).append(Doc.TID, new BsonMaxKey()));
    store.turns.deleteMany(new BsonDocument(Doc.ID, inQueue));
  }

  /** Removes up to {@code max} turns that are long unused and name what has ended. */
  int prune(int max, Ready ready) {
    List<BsonDocument> old =
        store
            .turns
            .find(BsonDocument.parse("{$expr: {$lte: ['$d', '$$NOW']}}"))
            .hintString("expiry")
            .limit(max)
            .into(new ArrayList<>());
    int removed = 0;
    for (BsonDocument turn : old) {
      BsonDocument same =
          new BsonDocument(Doc.ID, turn.getDocument(Doc.ID))
              .append(WRITE, turn.get(WRITE, BsonNull.VALUE));
      String queue = Doc.text(turn.getDocument(Doc.ID), Doc.QUEUE);
      if (ready.living(queue, Set.of(turn.get(HEAD))).isEmpty()) {
        removed += (int) store.turns.deleteOne(same).getDeletedCount();
      } else {
        store.turns.updateOne(
            same, List.of(new BsonDocument("$set", new BsonDocument(Doc.EXPIRY, expiry()))));
      }
    }
    return removed;
  }

  private static BsonDocument id(String queue, BsonValue tid) {
    return Queues.field(Doc.QUEUE, queue).append(Doc.TID, tid);
  }

  private static BsonDocument among(String queue, Collection<BsonValue> tids) {
    return new BsonDocument(
        Doc.ID, Queues.anyOf(tids.stream().map(tid -> id(queue, tid)).toList()));
  }

  private static BsonDocument literal(BsonValue value) {
    return new BsonDocument("$literal", value);
  }

  private static BsonDocument operator(String name, BsonValue... operands) {
    return new BsonDocument(name, new BsonArray(List.of(operands)));
  }
}
