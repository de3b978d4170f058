package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.UpdateOptions;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Pattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Queues and their patterns, one document a queue: {@code {_id: queue, patterns: [...], ordered}}.
 *
 * <ol>
 *   <li>A change writes the queue's document and its {@link Sentinel}, then writes a new version
 *       into the document {@code subscriptions} in {@code meta}, both by majority, and returns.
 *   <li>A publish reads that version first, with the server's now and operation time in the same
 *       answer, and reads all queues again if it differs from the one its copy was read under. So
 *       it sees every subscription that was confirmed before it began.
 *   <li>That read could be answered by a primary that is deposed without knowing it yet; {@link
 *       Publishing} finds that out. Behind a router it could not, so there the read is
 *       linearizable: the primary confirms with a majority that it still is one, which costs about
 *       as much as a write.
 * </ol>
 */
final class Queues {
  private static final int MAX_ROUTES = 10_000;
  private static final BsonDocument VERSION =
      new BsonDocument("_id", new BsonString(Schema.SUBSCRIPTIONS));

  private static final BsonDocument LINEARIZABLE = ReadConcern.LINEARIZABLE.asDocument();

  private final Store store;
  private final Turns turns;
  private final boolean router;
  private volatile @Nullable Routes routes;

  /** A queue, as stored. */
  record Line(String name, List<Pattern> patterns, boolean ordered) {}

  /** What a publish needs to know, read at one moment. */
  record Moment(Routes routes, Instant now, long sequence) {}

  /** Where events go, under one version of the subscriptions. Thread-safe. */
  static final class Routes {
    private final BsonValue version;
    private final List<Line> lines;
    private final Map<String, List<Line>> byName = new ConcurrentHashMap<>();

    Routes(BsonValue version, List<Line> lines) {
      this.version = version;
      this.lines = lines;
    }

    List<Line> named(String queue) {
      return lines.stream().filter(line -> line.name.equals(queue)).toList();
    }

    List<Line> of(String name) {
      if (byName.size() > MAX_ROUTES) {
        byName.clear();
      }
      return byName.computeIfAbsent(
          name,
          n ->
              lines.stream()
                  .filter(line -> line.patterns.stream().anyMatch(pattern -> pattern.matches(n)))
                  .toList());
    }
  }

  Queues(Store store, boolean router) {
    this.store = store;
    this.turns = new Turns(store);
    this.router = router;
  }

  /**
   * Writes a new version even if nothing changed: the change may be another's that died half way.
   */
  void subscribe(Subscription subscription, boolean ordered) {
    BsonDocument change = new BsonDocument("$addToSet", field("patterns", subscription.pattern()));
    if (ordered) {
      change.append("$set", new BsonDocument("ordered", BsonBoolean.TRUE));
    }
    store.write(
        "Subscribing",
        () -> {
          BsonDocument before = put(field("_id", subscription.queue()), change);
          Sentinel.put(store, subscription.queue());
          newVersion();
          if (ordered && (before == null || !before.containsKey("sorted"))) {
            sort(subscription.queue());
          }
          return true;
        });
  }

  private @Nullable BsonDocument put(BsonDocument id, BsonDocument change) {
    FindOneAndUpdateOptions options = new FindOneAndUpdateOptions().upsert(true);
    try {
      return store.queues.findOneAndUpdate(id, change, options);
    } catch (MongoException e) {
      if (e.getCode() != Failures.DUPLICATE_KEY) {
        throw e;
      }
      return store.queues.findOneAndUpdate(id, change); // another's upsert came first
    }
  }

  /**
   * Brings what was published before the queue kept order under its rule: the waiting ones at once,
   * of those that have begun one a tid.
   */
  private void sort(String queue) {
    BsonDocument old =
        BsonDocument.parse("{at: {$exists: true}, g: {$exists: false}}")
            .append(Doc.QUEUE, new BsonString(queue));
    BsonDocument begun = old.clone();
    begun.putAll(BsonDocument.parse("{t: {$exists: true}, v: {$gt: 0}}"));
    turns.begin(
        queue,
        store
            .deliveries
            .find(begun)
            .sort(Store.READY)
            .projection(BsonDocument.parse("{t: 1}"))
            .into(new ArrayList<>()));
    store.deliveries.updateMany(old, BsonDocument.parse("{$set: {g: true}}"));
    store.queues.updateOne(field("_id", queue), BsonDocument.parse("{$set: {sorted: true}}"));
  }

  boolean unsubscribe(Subscription subscription) {
    BsonDocument change = new BsonDocument("$pull", field("patterns", subscription.pattern()));
    return store.write(
        "Unsubscribing",
        () -> {
          boolean found =
              store.queues.updateOne(field("_id", subscription.queue()), change).getModifiedCount()
                  > 0;
          newVersion();
          return found;
        });
  }

  boolean delete(String queue) {
    return store.write(
        "Deleting a queue",
        () -> {
          boolean found = store.queues.deleteOne(field("_id", queue)).getDeletedCount() > 0;
          Sentinel.remove(store, queue);
          newVersion();
          return found;
        });
  }

  private void newVersion() {
    store.meta.updateOne(
        VERSION,
        new BsonDocument("$set", new BsonDocument("v", new BsonObjectId())),
        new UpdateOptions().upsert(true));
  }

  List<Subscription> subscriptions() {
    return store.read("Listing subscriptions", this::read).stream()
        .flatMap(
            line ->
                line.patterns.stream()
                    .map(pattern -> new Subscription(line.name, pattern.toString())))
        .sorted(Comparator.comparing(Subscription::queue).thenComparing(Subscription::pattern))
        .toList();
  }

  /** Reads all queues ever subscribed and not deleted. */
  List<Line> read() {
    List<Line> lines = new ArrayList<>();
    for (BsonDocument doc : store.queues.find().batchSize(10_000)) {
      List<Pattern> patterns = new ArrayList<>();
      BsonArray stored = doc.isArray("patterns") ? doc.getArray("patterns") : new BsonArray();
      for (BsonValue pattern : stored) {
        patterns.add(Pattern.of(pattern.asString().getValue()));
      }
      lines.add(
          new Line(
              Doc.text(doc, "_id"),
              patterns,
              doc.getBoolean("ordered", BsonBoolean.FALSE).getValue()));
    }
    return lines;
  }

  List<String> names() {
    return store.read("Listing queues", this::read).stream().map(Line::name).toList();
  }

  Moment moment() {
    BsonDocument command =
        new BsonDocument("find", new BsonString(store.meta.getNamespace().getCollectionName()))
            .append("filter", VERSION)
            .append("projection", BsonDocument.parse("{v: 1, now: '$$NOW'}"))
            .append("limit", new BsonInt32(1))
            .append("singleBatch", BsonBoolean.TRUE);
    if (router) {
      command.append("readConcern", LINEARIZABLE);
    }
    try {
      BsonDocument answer =
          store.database.runCommand(command, ReadPreference.primary(), BsonDocument.class);
      BsonArray found = answer.getDocument("cursor").getArray("firstBatch");
      if (found.isEmpty()) {
        throw new BackendException(
            Outcome.FATAL,
            "The document \"subscriptions\" is missing from "
                + store.meta.getNamespace()
                + ": was the database dropped? Subscribe again, which makes it anew",
            null);
      }
      BsonDocument version = found.get(0).asDocument();
      return moment(version, Sequence.base(answer, version.getDateTime("now")));
    } catch (MongoException e) {
      throw Failures.read("Reading the subscriptions' version", e);
    }
  }

  private Moment moment(BsonDocument found, long sequence) {
    BsonValue version = found.get("v", BsonNull.VALUE);
    Routes known = routes;
    if (known == null || !known.version.equals(version)) {
      known = new Routes(version, List.copyOf(read()));
      routes = known;
    }
    return new Moment(known, store.clock.observe(found.getDateTime("now")), sequence);
  }

  static BsonDocument field(String name, String value) {
    return new BsonDocument(name, new BsonString(value));
  }

  static BsonDocument anyOf(Collection<? extends BsonValue> values) {
    return new BsonDocument("$in", new BsonArray(List.copyOf(values)));
  }
}
