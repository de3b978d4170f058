package io.wrkr.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ServerDescription;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The collections, each with its concerns: whatever the connection string says, reads go to the
 * primary and writes wait for a majority on disk. Thread-safe.
 */
final class Store {
  /** Bounds every statement, the search for a server included. */
  static final long TIMEOUT_SECONDS = 10;

  static final long CLAIM_SECONDS = 1;

  static final WriteConcern STRICT = WriteConcern.MAJORITY.withJournal(true);

  /** The index that claims go by; the tid is for queues that keep order. */
  static final BsonDocument READY = BsonDocument.parse("{q: 1, at: 1, s: 1, t: 1}");

  static final BsonDocument BY_ID = BsonDocument.parse("{_id: 1}");

  private static final BsonDocument NOTHING = BsonDocument.parse("{_id: ''}");
  private static final BsonDocument NO_CHANGE = BsonDocument.parse("{$unset: {v: 1}}");

  final MongoClient client;
  final StoreClock clock;

  /** Deliveries, finished ones kept in place, dedupe records. */
  final MongoCollection<BsonDocument> deliveries;

  /** The same for claims and settlements; weaker if so wanted. */
  final MongoCollection<BsonDocument> claims;

  /** The same for claims outside transactions, which do not wait long for others' transactions. */
  final MongoCollection<BsonDocument> taking;

  /** The same without a limit of time, for transactions of the caller's, which has its own. */
  final MongoCollection<BsonDocument> joined;

  final MongoCollection<BsonDocument> history;
  final MongoCollection<BsonDocument> queues;
  final MongoCollection<BsonDocument> meta;

  /** The tids of ordered queues; always strict, since order rests on it. */
  final MongoCollection<BsonDocument> turns;

  /** Without a limit of time and without waiting for a majority: hints. */
  final MongoCollection<BsonDocument> bell;

  final MongoDatabase database;

  /** Whether claims and settlements are confirmed before a majority has them. */
  final boolean relaxed;

  Store(MongoClient client, String name, MongoOptions options, StoreClock clock) {
    this.client = client;
    this.clock = clock;
    this.relaxed = options.isRelaxed();
    MongoDatabase untimed =
        client
            .getDatabase(name)
            .withReadPreference(ReadPreference.primary())
            .withReadConcern(ReadConcern.LOCAL)
            .withWriteConcern(STRICT);
    this.database = untimed.withTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    this.deliveries = collection(database, options, "deliveries");
    this.claims = relaxed ? deliveries.withWriteConcern(WriteConcern.W1) : deliveries;
    this.taking = claims.withTimeout(CLAIM_SECONDS, TimeUnit.SECONDS);
    this.joined = collection(untimed, options, "deliveries");
    this.history = collection(database, options, "history");
    this.queues = collection(database, options, "queues");
    this.meta = collection(database, options, "meta");
    this.turns = collection(database, options, "turns");
    this.bell = collection(untimed, options, "bell").withWriteConcern(WriteConcern.W1);
  }

  private static MongoCollection<BsonDocument> collection(
      MongoDatabase database, MongoOptions options, String name) {
    return database.getCollection(options.prefix() + name, BsonDocument.class);
  }

  ClientSession session() {
    return client.startSession(ClientSessionOptions.builder().causallyConsistent(false).build());
  }

  /** Waits for a majority to have all that the primary has: a write that finds nothing does. */
  void awaitMajority() {
    meta.updateOne(NOTHING, NO_CHANGE);
  }

  static TransactionOptions transaction(WriteConcern concern) {
    return TransactionOptions.builder()
        .readPreference(ReadPreference.primary())
        .readConcern(ReadConcern.LOCAL)
        .writeConcern(concern)
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  /**
   * Which primary the driver talks to, in which term. Two equal answers mean that everything in
   * between went to one primary in one term.
   */
  Optional<Term> term() {
    ClusterDescription cluster = client.getClusterDescription();
    return cluster.getServerDescriptions().stream()
        .filter(ServerDescription::isPrimary)
        .findFirst()
        .map(Term::of);
  }

  /** A primary's address and election; a standalone or a router has no election. */
  record Term(String address, @Nullable ObjectId election) {
    private static Term of(ServerDescription server) {
      return new Term(server.getAddress().toString(), server.getElectionId());
    }
  }

  <T extends @Nullable Object> T read(String doing, Supplier<T> statement) {
    try {
      return statement.get();
    } catch (MongoException e) {
      throw Failures.read(doing, e);
    }
  }

  <T> T write(String doing, Supplier<T> statement) {
    try {
      return statement.get();
    } catch (MongoException e) {
      throw Failures.write(doing, e);
    }
  }
}
