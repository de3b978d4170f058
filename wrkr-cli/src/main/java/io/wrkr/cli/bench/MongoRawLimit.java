package io.wrkr.cli.bench;

import com.mongodb.ConnectionString;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;

/**
 * The plain driver on scratch collections of the bus's database: two threads insert deliveries,
 * 1000 a command, durable by majority on disk, and delete them again by their ids. The documents
 * have the fields that the bus writes at a publish, and the one index that claims go by.
 *
 * <p>The bus writes each of them once more, for the lease, and keeps a record of it for its dedupe
 * window instead of deleting it: that is what {@link #allWrites} does, with the same updates and
 * with the index that the server removes records by.
 */
final class MongoRawLimit implements RawLimit {
  private static final int CHUNK = 1000;
  private static final int THREADS = 2;
  private static final int ID_BYTES = 29;
  private static final long FIRST = 100_000_000_000L;
  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);
  private static final String ID = "{$oid: '000000000000000000000001'}";
  private static final List<BsonDocument> LEASE =
      stage(
          "{$set: {c: {$add: ['$$NOW', 30000]}, k: {$add: ['$k', 1]}, v: {$numberLong: '1'}, l: "
              + ID
              + "}}");
  private static final List<BsonDocument> RECORD =
      stage("{$replaceWith: {_id: '$_id', q: '$q', d: {$add: ['$$NOW', '$w']}, z: " + ID + "}}");

  private final MongoClient client;
  private final MongoCollection<BsonDocument> scratch;
  private final MongoCollection<BsonDocument> kept;
  private final BsonString payload;
  private final int queues;
  private final AtomicLong sequence = new AtomicLong(FIRST);

  MongoRawLimit(BenchPlan plan) {
    ConnectionString uri = new ConnectionString(plan.uri());
    this.client = MongoClients.create(uri);
    this.payload = new BsonString(Payloads.of(plan.payload()));
    this.queues = plan.queues();
    MongoDatabase database =
        client
            .getDatabase(Objects.requireNonNullElse(uri.getDatabase(), "test"))
            .withReadPreference(ReadPreference.primary())
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    String name = "wrkr_bench_" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    this.scratch = database.getCollection(name, BsonDocument.class);
    scratch.createIndex(Indexes.ascending("q", "at", "s", "t"));
    this.kept = database.getCollection(name + "_kept", BsonDocument.class);
    kept.createIndex(Indexes.ascending("q", "at", "s", "t"), only("at"));
    kept.createIndex(Indexes.ascending("d"), only("d").expireAfter(0L, TimeUnit.SECONDS));
  }

  private static List<BsonDocument> stage(String json) {
    return List.of(BsonDocument.parse(json));
  }

  private static IndexOptions only(String field) {
    return new IndexOptions().partialFilterExpression(Filters.exists(field));
  }

  @Override
  public String what() {
    return "plain driver: insertMany of " + CHUNK + " by majority + deleteMany, two threads";
  }

  @Override
  public void run(int events) {
    inChunks(
        events,
        docs -> {
          scratch.insertMany(docs, UNORDERED);
          scratch.deleteMany(among(docs));
        });
  }

  @Override
  public OptionalDouble allWrites(int events) {
    long begun = Seam.nanos();
    inChunks(
        events,
        docs -> {
          kept.insertMany(docs, UNORDERED);
          kept.updateMany(among(docs), LEASE);
          kept.updateMany(among(docs), RECORD);
        });
    return OptionalDouble.of(Math.max(1, Seam.nanos() - begun) / 1e9);
  }

  private void inChunks(int events, Consumer<List<BsonDocument>> write) {
    AtomicInteger left = new AtomicInteger(Math.multiplyExact(events, queues));
    try {
      Seam.inParallel(
          THREADS,
          () -> {
            for (int n = take(left); n > 0; n = take(left)) {
              write.accept(deliveries(n));
            }
          });
    } catch (InterruptedException e) {
      left.set(0);
      Thread.currentThread().interrupt();
    }
  }

  private List<BsonDocument> deliveries(int count) {
    return IntStream.range(0, count).mapToObj(i -> delivery(id(), i % queues)).toList();
  }

  private static Bson among(List<BsonDocument> docs) {
    return Filters.in("_id", docs.stream().map(doc -> doc.get("_id")).toList());
  }

  private BsonDocument delivery(BsonBinary id, int queue) {
    BsonDateTime now = new BsonDateTime(Seam.now().toEpochMilli());
    return new BsonDocument("_id", id)
        .append("q", new BsonString("wrkr.bench.0123456789abcdef.queue-" + queue))
        .append("e", new BsonString("01930f6c-1d2e-7abc-8def-" + sequence.incrementAndGet()))
        .append("n", new BsonString("wrkr.bench.0123456789abcdef.load"))
        .append("p", payload)
        .append("at", now)
        .append("s", new BsonInt64(sequence.get()))
        .append("b", now)
        .append("w", new BsonInt64(3_600_000))
        .append("k", new BsonInt32(0))
        .append("v", new BsonInt64(0));
  }

  /** As long as the bus's own, and rising as they do. */
  private BsonBinary id() {
    return new BsonBinary(
        ByteBuffer.allocate(ID_BYTES)
            .putLong(sequence.incrementAndGet())
            .putLong(ThreadLocalRandom.current().nextLong())
            .array());
  }

  private static int take(AtomicInteger left) {
    return Math.min(CHUNK, left.getAndAdd(-CHUNK));
  }

  @Override
  public void close() {
    try (client) {
      scratch.drop();
      kept.drop();
    }
  }
}
