package io.wrkr.mongo;

import com.mongodb.MongoException;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what a wire brought for one queue; see {@link io.wrkr.spi.Intake}.
 *
 * <ol>
 *   <li>Read the queue and the server's now. A queue that is not there is said to be missing, so
 *       that the wire keeps what is for it.
 *   <li>Make one document of each, and of an id that comes twice only the first. Its original due
 *       instant is that of the publish, but it is ready from now on: claims look from a low-water
 *       mark on ({@link Head}), and what lay in a broker for long would be below it.
 *   <li>With a lease, they are made as a claim would leave them: leased from now on, one attempt
 *       counted, under a token of this moment.
 *   <li>Insert them all, durable by majority. What exists is a duplicate, unless it is a dedupe
 *       record whose time is over ({@link Publishing}); the others are made.
 * </ol>
 */
final class Arriving {
  private final Queues queues;
  private final Publishing publishing;
  private final Tokens tokens;

  Arriving(Queues queues, Publishing publishing, Tokens tokens) {
    this.queues = queues;
    this.publishing = publishing;
    this.tokens = tokens;
  }

  List<ClaimedDelivery> take(String queueName, List<Arrival> arrivals, @Nullable Duration lease) {
    if (arrivals.isEmpty()) {
      return List.of();
    }
    Queues.Moment moment = queues.moment();
    Queues.Line queue = queue(moment, queueName);
    boolean leased = lease != null && !queue.ordered();
    Map<BsonValue, BsonDocument> docs = new LinkedHashMap<>();
    long place = publishing.places(moment, arrivals.size());
    for (Arrival arrival : arrivals) {
      BsonDocument doc = document(queue, arrival, moment.now(), place++);
      docs.putIfAbsent(doc.get(Doc.ID), doc);
    }
    if (lease != null && leased) {
      lease(docs.values(), moment.now().plus(lease));
    }
    List<BsonDocument> made = insert(List.copyOf(docs.values()));
    return leased ? made.stream().map(Claiming::claimed).toList() : List.of();
  }

  private static Queues.Line queue(Queues.Moment moment, String name) {
    return moment.routes().named(name).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new BackendException(
                    Outcome.FATAL,
                    "The store does not know the queue '" + name + "': subscribe it, or delete it",
                    null));
  }

  private static BsonDocument document(
      Queues.Line queue, Arrival arrival, Instant now, long place) {
    Instant published = arrival.publishedAt().isBefore(now) ? arrival.publishedAt() : now;
    OutgoingEvent event = new OutgoingEvent(arrival.event(), Due.NOW, arrival.dedupeWindow());
    return Doc.create(queue.name(), event, queue.ordered(), published, place)
        .append(Doc.ORIGINAL, Doc.roundedUp(published))
        .append(Doc.AT, Doc.roundedUp(now));
  }

  private void lease(Iterable<BsonDocument> docs, Instant end) {
    BsonObjectId claim = new BsonObjectId();
    BsonInt64 token = new BsonInt64(tokens.above(List.of()));
    for (BsonDocument doc : docs) {
      doc.append(Doc.LEASE_END, Doc.roundedUp(end))
          .append(Doc.CLAIM, claim)
          .append(Doc.ATTEMPTS, new BsonInt32(1))
          .append(Doc.TOKEN, token);
    }
  }

  /** Returns those that were made. */
  private List<BsonDocument> insert(List<BsonDocument> docs) {
    try {
      return Publishing.without(docs, publishing.insertEach(docs));
    } catch (MongoException e) {
      throw Failures.write("Taking in", e);
    }
  }
}
