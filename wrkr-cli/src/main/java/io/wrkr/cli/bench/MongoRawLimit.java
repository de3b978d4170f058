package io.wrkr.cli.bench;

import com.mongodb.ConnectionString;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * The plain driver on a scratch collection of the bus's database: two threads insert deliveries,
 * 1000 a command, durable by majority on disk, and delete them again by their ids. The documents
 * have the fields that the bus writes at a publish, and the one index that claims go by.
 *
 * <p>The bus writes each of them once more, for the lease, and keeps a record of it for its dedupe
 * window instead of deleting it.
 */
final class MongoRawLimit implements RawLimit {
  private static final int CHUNK = 1000;
  private static final int THREADS = 2;
  private static final int ID_BYTES = 29;
  private static final long FIRST = 100_000_000_000L;
  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

  private final MongoClient client;
  private final MongoCollection<BsonDocument> scratch;
  private final BsonString payload;
  private final int queues;
  private final AtomicLong sequence = new AtomicLong(FIRST);

  MongoRawLimit(BenchPlan plan) {
    ConnectionString uri = new ConnectionString(plan.uri());
    this.client = MongoClients.create(uri);
    this.payload = new BsonString(Payloads.of(plan.payload()));
    this.queues = plan.queues();
    this.scratch =
        client
            .getDatabase(Objects.requireNonNullElse(uri.getDatabase(), "test"))
            .withReadPreference(ReadPreference.primary())
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
            .getCollection(
                "wrkr_bench_" + Long.toHexString(ThreadLocalRandom.current().nextLong()),
                BsonDocument.class);
    scratch.createIndex(Indexes.ascending("q", "at", "s", "t"));
  }

  @Override
  public String what() {
    return "plain driver: insertMany of " + CHUNK + " by majority + deleteMany, two threads";
  }

  @Override
  public void run(int events) {
    AtomicInteger left = new AtomicInteger(Math.multiplyExact(events, queues));
    try {
      Seam.inParallel(THREADS, () -> insertAndDelete(left));
    } catch (InterruptedException e) {
      left.set(0);
      Thread.currentThread().interrupt();
    }
  }

  private void insertAndDelete(AtomicInteger left) {
    for (int n = take(left); n > 0; n = take(left)) {
      List<BsonDocument> docs = new ArrayList<>(n);
      List<BsonBinary> ids = new ArrayList<>(n);
      for (int i = 0; i < n; i++) {
        BsonBinary id = id();
        ids.add(id);
        docs.add(delivery(id, i % queues));
      }
      scratch.insertMany(docs, UNORDERED);
      scratch.deleteMany(Filters.in("_id", ids));
    }
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
    }
  }
}
