package io.wrkr.mongo;

import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;

/** Changes that several roles write, as stages of an update. */
final class Records {
  private Records() {}

  /** Puts a dedupe record in the place of a delivery that ends now. */
  static BsonDocument tombstone(StoreClock clock, BsonObjectId call) {
    return new BsonDocument(
        "$replaceWith",
        BsonDocument.parse("{_id: '$_id', q: '$q'}")
            .append(Doc.EXPIRY, clock.expiry(Doc.WINDOW))
            .append(Doc.SETTLE, call));
  }

  /** Text that is never an expression. */
  static BsonDocument literal(String text) {
    return new BsonDocument("$literal", new BsonString(text));
  }
}
