package io.wrkr.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.UpdateOptions;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates collections and indexes, and checks what server this is. Every step may be done by
 * several processes at once and again at any time.
 */
final class Schema {
  static final long VERSION = 1;

  /** The id of the document whose version changes with every change of a subscription. */
  static final String SUBSCRIPTIONS = "subscriptions";

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final int MIN_WIRE_VERSION = 13;
  private static final int NAMESPACE_EXISTS = 48;
  private static final long BELL_BYTES = 1 << 16;

  private final Store store;

  /** What the server can do, and whether it is a router of a sharded cluster. */
  record Server(boolean transactions, boolean bell, boolean router) {}

  Schema(Store store) {
    this.store = store;
  }

  Server prepare() {
    try {
      BsonDocument hello = store.database.runCommand(command("hello"), BsonDocument.class);
      requireVersion(hello);
      store.clock.observe(hello.getDateTime("localTime"));
      requireSchema();
      boolean bell = createBell();
      createCollections();
      store.deliveries.createIndexes(indexes());
      store.history.createIndexes(historyIndexes());
      store.turns.createIndex(BsonDocument.parse("{d: 1}"), new IndexOptions().name("expiry"));
      store.meta.updateOne(
          new BsonDocument("_id", new BsonString(SUBSCRIPTIONS)),
          new BsonDocument("$setOnInsert", new BsonDocument("v", new BsonObjectId())),
          new UpdateOptions().upsert(true));
      requireStatements();
      boolean router = "isdbgrid".equals(Doc.text(hello, "msg"));
      boolean transactions = router || hello.containsKey("setName");
      if (!transactions) {
        LOG.warn(
            "This MongoDB is a standalone, without transactions: a crash in the middle of a publish"
                + " to several queues may store it for some of them until the publish is repeated."
                + " Make it a replica set of one member to close that gap");
      }
      return new Server(transactions, bell, router);
    } catch (MongoException e) {
      throw Failures.read("Preparing the collections", e);
    }
  }

  private static void requireVersion(BsonDocument hello) {
    if (Doc.number(hello, "maxWireVersion") < MIN_WIRE_VERSION) {
      throw new BackendException(
          Outcome.FATAL,
          "This server speaks wire version "
              + Doc.number(hello, "maxWireVersion")
              + "; MongoDB 5.0 or newer is needed, which speaks "
              + MIN_WIRE_VERSION,
          null);
    }
  }

  private void requireSchema() {
    BsonDocument id = new BsonDocument("_id", new BsonString("schema"));
    store.meta.updateOne(
        id, set("$setOnInsert", "version", VERSION), new UpdateOptions().upsert(true));
    BsonDocument found = store.meta.find(id).first();
    long version = found == null ? 0 : Doc.number(found, "version");
    if (version != VERSION) {
      throw new BackendException(
          Outcome.FATAL,
          "The collections have format version "
              + version
              + ", this library knows "
              + VERSION
              + ": use the version of Wrkr that wrote them, or a newer one",
          null);
    }
  }

  private void createCollections() {
    for (var collection :
        List.of(store.deliveries, store.history, store.queues, store.turns, store.meta)) {
      createIfMissing(collection.getNamespace().getCollectionName(), new CreateCollectionOptions());
    }
  }

  private void createIfMissing(String name, CreateCollectionOptions options) {
    try {
      store.database.createCollection(name, options);
    } catch (MongoCommandException e) {
      if (e.getCode() != NAMESPACE_EXISTS) {
        throw e;
      }
    }
  }

  /** Makes the capped collection; a service without such collections works without hints. */
  boolean createBell() {
    try {
      createIfMissing(
          store.bell.getNamespace().getCollectionName(),
          new CreateCollectionOptions().capped(true).sizeInBytes(BELL_BYTES));
      // A tailing cursor needs something to start from.
      store.bell.insertOne(new BsonDocument(Doc.QUEUE, new BsonString("")));
      return true;
    } catch (MongoCommandException e) {
      LOG.warn(
          "No capped collection here, so workers learn of events by polling only: {}",
          e.getErrorMessage());
      return false;
    }
  }

  /** Services that only resemble MongoDB fail here, at start, not with the first event. */
  private void requireStatements() {
    try {
      BsonDocument nothing = new BsonDocument("_id", DocId.of("", ""));
      BsonDocument now = set("$set", "at", 0);
      now.getDocument("$set").put("at", new BsonString("$$NOW"));
      store.deliveries.updateMany(
          nothing.clone().append("$expr", store.clock.reached(Doc.AT).get("$expr")),
          List.of(now),
          new UpdateOptions().hint(Store.BY_ID));
      BsonDocument itself =
          new BsonDocument(
                  "coll", new BsonString(store.deliveries.getNamespace().getCollectionName()))
              .append("pipeline", new BsonArray(List.of(new BsonDocument("$match", nothing))));
      store
          .deliveries
          .aggregate(
              List.of(new BsonDocument("$match", nothing), new BsonDocument("$unionWith", itself)))
          .first();
    } catch (MongoCommandException | com.mongodb.MongoWriteException e) {
      throw new BackendException(
          Outcome.FATAL,
          "This server refuses what claims need, updates by a pipeline with $$NOW or $unionWith"
              + " (Azure Cosmos DB and Amazon DocumentDB may): use MongoDB 5.0 or newer",
          e);
    }
  }

  private static List<IndexModel> indexes() {
    return List.of(
        index(
            "{q: 1, at: 1, s: 1, t: 1}", "{at: {$exists: true}}", new IndexOptions().name("ready")),
        index("{q: 1, x: 1}", "{x: {$exists: true}}", new IndexOptions().name("dead")),
        index("{u: 1}", "{u: {$exists: true}}", new IndexOptions().name("kept")),
        index(
            "{d: 1}",
            "{d: {$exists: true}}",
            new IndexOptions().name("expiry").expireAfter(0L, TimeUnit.SECONDS)));
  }

  private static List<IndexModel> historyIndexes() {
    return List.of(
        new IndexModel(
            BsonDocument.parse("{d: 1}"),
            new IndexOptions().name("expiry").expireAfter(0L, TimeUnit.SECONDS)),
        new IndexModel(BsonDocument.parse("{q: 1}"), new IndexOptions().name("queue")));
  }

  private static IndexModel index(String keys, String only, IndexOptions options) {
    return new IndexModel(
        BsonDocument.parse(keys), options.partialFilterExpression(BsonDocument.parse(only)));
  }

  private static BsonDocument command(String name) {
    return new BsonDocument(name, new BsonInt64(1));
  }

  private static BsonDocument set(String operator, String field, long value) {
    return new BsonDocument(operator, new BsonDocument(field, new BsonInt64(value)));
  }
}
