package io.wrkr.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.UpdateOptions;
import io.wrkr.Receipt;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.OutgoingEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries.
 *
 * <ol>
 *   <li>Note which primary in which term the driver talks to.
 *   <li>Read the subscriptions' version, the server's now and the operation time ({@link Queues}),
 *       and make one document per event and matching queue.
 *   <li>Insert them all, durable by majority. The {@code _id}, made of queue and event id, makes a
 *       repetition harmless: what exists is a duplicate, unless it is a dedupe record whose time is
 *       over, which is removed and its place taken.
 *   <li>Several documents are inserted in a transaction, so that the whole publish is all or
 *       nothing. A standalone has no transactions.
 *   <li>If the primary or its term is not the same as in 1, the version may have come from a
 *       primary already deposed: begin again at 1. What was inserted stays, so only what a new
 *       subscription needs is added; if that fails, the outcome is unknown. Otherwise the majority
 *       that confirmed the insert proves that the primary still was one when it answered the read.
 *       Behind a router no term is to be seen, and the read of 2 comes with its own proof.
 *   <li>Where the bell may ring at once, the insert waits for the primary only, and the ring, which
 *       is the next write, for a majority: this process and who hears the ring claim while the
 *       publish still waits. A majority that has the ring has all that the same primary wrote
 *       before it in the same term. If the answer does not name the term of 1, a write that changes
 *       none of the documents has to find them all and reach a majority; otherwise the outcome is
 *       unknown.
 * </ol>
 */
final class Publishing {
  private static final int MAX_ROUNDS = 5;

  /** A third of the largest message, since a character takes three bytes at most. */
  private static final long SURELY_FITS = 15_000_000;

  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);
  private static final UpdateOptions BY_ID = new UpdateOptions().hint(Store.BY_ID);
  private static final List<BsonDocument> SAME = List.of(BsonDocument.parse("{$set: {q: '$q'}}"));
  private static final BsonDocument ONLY_ID = BsonDocument.parse("{_id: 1}");

  private final Store store;
  private final Queues queues;
  private final Bell bell;
  private final Consumer<Set<String>> visible;
  private final boolean transactions;
  private final Sequence sequence = new Sequence();

  /** What a publish stores: for each event its queues, and the documents not yet inserted. */
  static final class Plan {
    private final List<OutgoingEvent> events;
    private final List<Map<String, BsonValue>> ids = new ArrayList<>();
    private final Set<BsonValue> planned = new HashSet<>();
    private final Set<BsonValue> made = new HashSet<>();
    private final Set<String> reached = new TreeSet<>();
    private List<BsonDocument> fresh = new ArrayList<>();
    private boolean rung;
    private @Nullable Instant now;

    private Plan(List<OutgoingEvent> events) {
      this.events = events;
      events.forEach(event -> ids.add(new LinkedHashMap<>()));
    }

    private void inserted(List<BsonDocument> docs) {
      for (BsonDocument doc : docs) {
        made.add(doc.get(Doc.ID));
        reached.add(Doc.text(doc, Doc.QUEUE));
      }
    }

    /** The queues that got a delivery. */
    Set<String> reached() {
      return reached;
    }

    List<Receipt> receipts() {
      Set<BsonValue> unclaimed = new HashSet<>(made);
      List<Receipt> receipts = new ArrayList<>(events.size());
      for (int i = 0; i < events.size(); i++) {
        Map<String, BsonValue> queues = ids.get(i);
        boolean duplicate = !queues.isEmpty();
        for (BsonValue id : queues.values()) {
          duplicate &= !unclaimed.remove(id);
        }
        OutgoingEvent event = events.get(i);
        Instant due = event.due().from(now == null ? Instant.EPOCH : now);
        receipts.add(new Receipt(event.event().id(), due, List.copyOf(queues.keySet()), duplicate));
      }
      return receipts;
    }
  }

  /**
   * Creates the role.
   *
   * @param visible is told which queues got something that a claim of this process can find
   */
  Publishing(
      Store store, Queues queues, Bell bell, Consumer<Set<String>> visible, boolean transactions) {
    this.store = store;
    this.queues = queues;
    this.bell = bell;
    this.visible = visible;
    this.transactions = transactions;
  }

  Plan publish(List<OutgoingEvent> events) {
    Plan plan = new Plan(events);
    try {
      publish(plan);
      if (!plan.rung) {
        bell.ring(plan.reached);
      }
      return plan;
    } catch (BackendException e) {
      if (plan.made.isEmpty()) {
        throw e;
      }
      throw new BackendException(Outcome.UNKNOWN, String.valueOf(e.getMessage()), e.getCause());
    }
  }

  private void publish(Plan plan) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Store.Term> before = store.term();
      lookUp(plan);
      insert(plan, before);
      if (before.isPresent() && before.equals(store.term())) {
        return;
      }
    }
    throw new BackendException(
        Outcome.UNKNOWN,
        "Publishing: the primary changed " + MAX_ROUNDS + " times meanwhile",
        null);
  }

  Plan plan(List<OutgoingEvent> events) {
    Plan plan = new Plan(events);
    lookUp(plan);
    return plan;
  }

  /** Puts events into one queue, which must exist, whatever it is subscribed to. */
  Plan publishTo(String queue, List<OutgoingEvent> events) {
    Plan plan = new Plan(events);
    lookUp(plan, (routes, name) -> routes.named(queue));
    insert(plan, Optional.empty());
    return plan;
  }

  /** Adds the documents that the subscriptions of this moment call for. */
  private void lookUp(Plan plan) {
    lookUp(plan, Queues.Routes::of);
  }

  private void lookUp(Plan plan, BiFunction<Queues.Routes, String, List<Queues.Line>> lines) {
    Queues.Moment moment = queues.moment();
    Instant now = plan.now == null ? moment.now() : plan.now;
    plan.now = now;
    long place = places(moment, plan.events.size());
    for (int i = 0; i < plan.events.size(); i++) {
      OutgoingEvent event = plan.events.get(i);
      for (Queues.Line line : lines.apply(moment.routes(), event.event().name())) {
        BsonDocument doc = Doc.create(line.name(), event, line.ordered(), now, place + i);
        plan.ids.get(i).put(line.name(), doc.get(Doc.ID));
        if (plan.planned.add(doc.get(Doc.ID))) {
          plan.fresh.add(doc);
        }
      }
    }
  }

  private void insert(Plan plan, Optional<Store.Term> term) {
    List<BsonDocument> docs = plan.fresh;
    plan.fresh = new ArrayList<>();
    if (docs.isEmpty()) {
      return;
    }
    boolean early = term.isPresent() && term.get().election() != null && bell.mayRing();
    WriteConcern concern = early ? WriteConcern.W1 : Store.STRICT;
    try {
      plan.inserted(
          transactions && docs.size() > 1
              ? insertTogether(docs, concern)
              : without(docs, insertEach(docs, concern)));
      plan.rung = early;
      if (early) {
        ringAndConfirm(docs, term.get());
      }
    } catch (MongoException e) {
      throw Failures.write("Publishing", e);
    }
  }

  private void ringAndConfirm(List<BsonDocument> docs, Store.Term term) {
    Set<String> queues = queues(docs);
    visible.accept(queues);
    if (bell.ringDurably(queues, term)) {
      return;
    }
    long found = store.deliveries.updateMany(among(docs), SAME, BY_ID).getMatchedCount();
    if (found < docs.size()) {
      throw new BackendException(
          Outcome.UNKNOWN,
          "Publishing: the primary changed before a majority had what it stored, and of "
              + docs.size()
              + " deliveries "
              + found
              + " are there",
          null);
    }
  }

  /** Returns the first of so many places in publish order. */
  long places(Queues.Moment moment, int count) {
    return sequence.take(moment.sequence(), count);
  }

  /** Inserts what is not there, each by itself, and returns what was there already. */
  List<BsonDocument> insertEach(List<BsonDocument> docs) {
    return insertEach(docs, Store.STRICT);
  }

  private List<BsonDocument> insertEach(List<BsonDocument> docs, WriteConcern concern) {
    List<BsonDocument> present = tryEach(docs, concern);
    try {
      return present.isEmpty()
              || store.deliveries.deleteMany(expired(present)).getDeletedCount() == 0
          ? present
          : tryEach(present, concern);
    } catch (MongoException e) {
      if (present.size() == docs.size()) {
        throw e;
      }
      // The others are stored: whatever went wrong now, not nothing happened.
      throw Failures.exception(Outcome.UNKNOWN, "Looking for duplicates after storing the rest", e);
    }
  }

  private List<BsonDocument> tryEach(List<BsonDocument> docs, WriteConcern concern) {
    try {
      store.deliveries.withWriteConcern(concern).insertMany(docs, UNORDERED);
      return List.of();
    } catch (MongoException e) {
      if (e instanceof MongoBulkWriteException bulk && isOnlyDuplicates(bulk)) {
        return bulk.getWriteErrors().stream().map(error -> docs.get(error.getIndex())).toList();
      }
      if (isOneMessage(docs)) {
        throw e;
      }
      // The driver sends so much in parts, and it may be the last one that failed.
      throw Failures.exception(Outcome.UNKNOWN, "Publishing in several messages", e);
    }
  }

  private static boolean isOnlyDuplicates(MongoBulkWriteException e) {
    return e.getWriteConcernError() == null
        && e.getWriteErrors().stream().allMatch(x -> x.getCode() == Failures.DUPLICATE_KEY);
  }

  private static boolean isOneMessage(List<BsonDocument> docs) {
    return docs.size() == 1 || docs.stream().mapToLong(Doc::length).sum() < SURELY_FITS;
  }

  /** Returns those that were not there and now are. */
  private List<BsonDocument> insertTogether(List<BsonDocument> docs, WriteConcern concern) {
    return Transactions.run(
        store,
        concern,
        (session, conflicts) -> {
          if (conflicts == 0) {
            store.deliveries.insertMany(session, docs);
            return docs;
          }
          return insertMissing(session, store.deliveries, docs);
        });
  }

  /** Inserts a plan's documents in a transaction, but those that exist. */
  void insertIn(ClientSession session, Plan plan) {
    plan.inserted(insertMissing(session, store.deliveries, plan.fresh));
  }

  /** The same in a transaction of the caller's, for whom nothing is repeated. */
  Plan publishIn(ClientSession session, List<OutgoingEvent> events) {
    requireJoinable(session);
    Plan plan = plan(events);
    try {
      plan.inserted(insertMissing(session, store.joined, plan.fresh));
      return plan;
    } catch (MongoException e) {
      throw Failures.write("Publishing in the caller's transaction", e);
    }
  }

  private void requireJoinable(ClientSession session) {
    try (ClientSession own = store.client.startSession()) {
      if (!own.getOriginator().equals(session.getOriginator())) {
        throw new IllegalArgumentException(
            "The session is of another MongoClient: start it from the client that the bus was"
                + " given");
      }
    }
    if (!session.hasActiveTransaction()) {
      throw new IllegalArgumentException(
          "The session has no open transaction: call startTransaction() before publishing");
    }
  }

  private List<BsonDocument> insertMissing(
      ClientSession session, MongoCollection<BsonDocument> deliveries, List<BsonDocument> docs) {
    if (docs.isEmpty()) {
      return docs;
    }
    deliveries.deleteMany(session, expired(docs));
    Set<BsonValue> present = new HashSet<>();
    deliveries
        .find(session, among(docs))
        .projection(ONLY_ID)
        .hint(Store.BY_ID)
        .forEach(doc -> present.add(doc.get(Doc.ID)));
    List<BsonDocument> missing =
        docs.stream().filter(doc -> !present.contains(doc.get(Doc.ID))).toList();
    if (!missing.isEmpty()) {
      deliveries.insertMany(session, missing);
    }
    return missing;
  }

  private BsonDocument expired(List<BsonDocument> docs) {
    BsonDocument expired = among(docs).append(Doc.EXPIRY, BsonDocument.parse("{$exists: true}"));
    expired.putAll(store.clock.expired());
    return expired;
  }

  private static BsonDocument among(List<BsonDocument> docs) {
    return new BsonDocument(
            Doc.ID, Queues.anyOf(docs.stream().map(doc -> doc.get(Doc.ID)).toList()))
        .append(Doc.QUEUE, Queues.anyOf(queues(docs).stream().map(BsonString::new).toList()));
  }

  private static Set<String> queues(List<BsonDocument> docs) {
    Set<String> queues = new LinkedHashSet<>();
    docs.forEach(doc -> queues.add(Doc.text(doc, Doc.QUEUE)));
    return queues;
  }

  static List<BsonDocument> without(List<BsonDocument> docs, List<BsonDocument> some) {
    if (some.isEmpty()) {
      return docs;
    }
    Set<BsonValue> ids = new HashSet<>();
    some.forEach(doc -> ids.add(doc.get(Doc.ID)));
    return docs.stream().filter(doc -> !ids.contains(doc.get(Doc.ID))).toList();
  }
}
