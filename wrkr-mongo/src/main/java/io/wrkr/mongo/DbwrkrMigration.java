package io.wrkr.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.wrkr.Event;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what waits in a database of dbwrkr (dbwrkr-mongodb) to a bus on MongoDB. Thread-safe.
 *
 * <ol>
 *   <li>Each queue of {@code wrkr_subscriptions} is subscribed to its event names.
 *   <li>Each document of {@code wrkr_qitems} with a {@code when} becomes a delivery of its queue
 *       alone, due then, under its {@code _id} as event id; so nothing is added twice.
 *   <li>Once that is durable, its {@code when} is renamed {@code movedWhen}: dbwrkr sees it no
 *       more.
 * </ol>
 *
 * <p>Broken off anywhere, it can be run again. What cannot be a delivery (a name or queue that is
 * refused, a payload too large) is logged and left as it is. Stop the workers and publishers of
 * dbwrkr first: what they take meanwhile may be handled on both sides.
 */
public final class DbwrkrMigration {
  private static final Logger LOG = LoggerFactory.getLogger(DbwrkrMigration.class);
  private static final int BATCH = 100;
  private static final Duration DEDUPE = Duration.ofDays(7);
  private static final String WHEN = "when";
  private static final JsonWriterSettings JSON =
      JsonWriterSettings.builder()
          .outputMode(JsonMode.RELAXED)
          .dateTimeConverter((time, out) -> out.writeString(Instant.ofEpochMilli(time).toString()))
          .objectIdConverter((id, out) -> out.writeString(id.toHexString()))
          .decimal128Converter((number, out) -> out.writeRaw(number.toString()))
          .build();

  private final MongoDatabase old;
  private final MongoBackend bus;
  private long moved;
  private long present;
  private long left;

  /**
   * What was done.
   *
   * @param subscriptions how many were made, or were there already
   * @param moved deliveries made
   * @param present items whose deliveries an earlier run had made
   * @param left items left as they were
   */
  public record Summary(long subscriptions, long moved, long present, long left) {}

  private DbwrkrMigration(MongoDatabase old, MongoBackend bus) {
    this.old =
        old.withReadPreference(ReadPreference.primary()).withWriteConcern(WriteConcern.MAJORITY);
    this.bus = bus;
  }

  /**
   * Moves everything from the one to the other.
   *
   * @param from the connection string of dbwrkr's database
   * @param bus the URI of a bus on MongoDB; may be the same database
   * @throws IllegalArgumentException if one of them is no MongoDB, or names no database
   */
  public static Summary run(String from, String bus) {
    ConnectionString source = MongoProvider.parse(from);
    String database = MongoProvider.requireDatabase(source, from);
    try (MongoClient client = MongoClients.create(source);
        Backend backend = new MongoProvider().open(bus)) {
      return run(client.getDatabase(database), (MongoBackend) backend);
    }
  }

  /** Moves everything from the one to the other; closes neither. */
  public static Summary run(MongoDatabase from, MongoBackend bus) {
    DbwrkrMigration migration = new DbwrkrMigration(from, bus);
    long subscriptions = migration.subscribe();
    migration.moveItems();
    return new Summary(subscriptions, migration.moved, migration.present, migration.left);
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return old.getCollection(name, BsonDocument.class);
  }

  private long subscribe() {
    long subscriptions = 0;
    for (BsonDocument doc : collection("wrkr_subscriptions").find()) {
      for (BsonValue queue : doc.getArray("queues", new BsonArray())) {
        try {
          bus.subscribe(new Subscription(text(queue), Doc.text(doc, "eventName")), false);
          subscriptions++;
        } catch (IllegalArgumentException e) {
          LOG.warn("The subscription {} is left out: {}", doc.get("_id"), e.getMessage());
        }
      }
    }
    return subscriptions;
  }

  private void moveItems() {
    BsonDocument waiting = BsonDocument.parse("{when: {$type: 'date'}}");
    BsonDocument byId = BsonDocument.parse("{_id: 1}");
    BsonValue last = BsonNull.VALUE;
    List<BsonDocument> found;
    do {
      BsonDocument rest = waiting.clone();
      if (!last.isNull()) {
        rest.append("_id", new BsonDocument("$gt", last));
      }
      found = collection("wrkr_qitems").find(rest).sort(byId).limit(BATCH).into(new ArrayList<>());
      move(found);
      last = found.isEmpty() ? last : found.get(found.size() - 1).get("_id", BsonNull.VALUE);
    } while (found.size() == BATCH);
  }

  private void move(List<BsonDocument> items) {
    Map<String, List<OutgoingEvent>> byQueue = new LinkedHashMap<>();
    List<BsonValue> done = new ArrayList<>();
    for (BsonDocument item : items) {
      try {
        String queue = Doc.text(item, "queue");
        OutgoingEvent event = event(item);
        new Subscription(queue, event.event().name()); // refuses what is no queue
        byQueue.computeIfAbsent(queue, name -> new ArrayList<>()).add(event);
        done.add(item.get("_id"));
      } catch (IllegalArgumentException e) {
        left++;
        LOG.warn("The item {} is left alone: {}", item.get("_id"), e.getMessage());
      }
    }
    byQueue.forEach(this::store);
    if (!done.isEmpty()) {
      collection("wrkr_qitems")
          .updateMany(
              new BsonDocument("_id", Queues.anyOf(done)),
              BsonDocument.parse("{$rename: {when: 'movedWhen'}}"));
    }
  }

  private void store(String queue, List<OutgoingEvent> events) {
    if (bus.subscriptions().stream().noneMatch(known -> known.queue().equals(queue))) {
      // A queue that nobody is subscribed to any more still has what waits in it.
      Subscription own = new Subscription(queue, events.get(0).event().name());
      bus.subscribe(own, false);
      bus.unsubscribe(own);
    }
    for (Receipt receipt : bus.publishTo(queue, events)) {
      moved += receipt.duplicate() ? 0 : 1;
      present += receipt.duplicate() ? 1 : 0;
    }
  }

  private static OutgoingEvent event(BsonDocument item) {
    Event event = Event.of(Doc.text(item, "name")).id(text(item.get("_id", BsonNull.VALUE)));
    BsonValue tid = item.get("tid", BsonNull.VALUE);
    if (!tid.isNull()) {
      event = event.tid(text(tid));
    }
    byte[] payload = json(item.get("payload", BsonNull.VALUE)).getBytes(StandardCharsets.UTF_8);
    if (payload.length > Capabilities.DEFAULT_MAX_PAYLOAD) {
      throw new IllegalArgumentException(payload.length + " bytes of payload are too many");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String field : List.of("parent", "created")) {
      if (item.containsKey(field) && !item.isNull(field)) {
        headers.put("dbwrkr-" + field, text(item.get(field)));
      }
    }
    return new OutgoingEvent(
        new StoredEvent(
            event.id().orElseThrow(),
            event.name(),
            event.tid(),
            new Payload(Payload.JSON, payload),
            headers),
        new Due.At(Doc.instant(item, WHEN)),
        DEDUPE);
  }

  /** As Node.js writes it: dates and ids as strings. */
  private static String json(BsonValue value) {
    String wrapped = new BsonDocument("v", value).toJson(JSON);
    return wrapped.substring(wrapped.indexOf(':') + 1, wrapped.length() - 1).strip();
  }

  private static String text(BsonValue value) {
    String json = json(value);
    return value instanceof BsonString string
        ? string.getValue()
        : json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
  }
}
