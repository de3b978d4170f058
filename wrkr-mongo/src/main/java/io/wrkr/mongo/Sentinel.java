package io.wrkr.mongo;

import com.mongodb.MongoWriteException;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;

/**
 * A document that is no delivery and ends a queue in the index that claims go by.
 *
 * <p>A server that looks for a key goes on to the first that lives and only then sees whether the
 * queue is another's. Without a sentinel every look that comes to the end of its queue passes what
 * was deleted of the one that follows, as long as the server keeps that history, by default 300 s:
 * some 10 ms after 100,000 deliveries.
 *
 * <p>It belongs to a queue of its own, the name followed by U+0001, which sorts right behind and
 * which no queue can be called. Its {@code at} is null: it is in the index, and in no state. If it
 * is missing, looks are slower, and the next subscription puts it back.
 */
final class Sentinel {
  private static final char AFTER_ALL_OF_THE_QUEUE = '\u0001';

  private Sentinel() {}

  static void put(Store store, String queue) {
    try {
      store.deliveries.insertOne(id(queue).append(Doc.AT, BsonNull.VALUE));
    } catch (MongoWriteException e) {
      if (e.getCode() != Failures.DUPLICATE_KEY) {
        throw e;
      }
    }
  }

  static void remove(Store store, String queue) {
    store.deliveries.deleteOne(id(queue));
  }

  private static BsonDocument id(String queue) {
    String own = queue + AFTER_ALL_OF_THE_QUEUE;
    return new BsonDocument(Doc.ID, DocId.first(own)).append(Doc.QUEUE, new BsonString(own));
  }
}
