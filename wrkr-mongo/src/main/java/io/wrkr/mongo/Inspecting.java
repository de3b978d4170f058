package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Looking and repairing. A page is ordered by {@code _id}, which never changes, so that a delivery
 * that moves in time meanwhile is still seen once. Changes go in batches by {@code _id}; each
 * statement repeats all conditions, so that of a change and a claim one wins.
 */
final class Inspecting {
  private static final int MAX_TEXT = 65_536;
  private static final int BATCH = 5_000;
  private static final BsonDocument BY_ID = new BsonDocument(Doc.ID, new BsonInt32(1));
  private static final BsonDocument EXISTS = BsonDocument.parse("{$exists: true}");
  private static final BsonDocument ABSENT = BsonDocument.parse("{$exists: false}");

  private final Store store;
  private final Queues queues;
  private final boolean snapshots;

  Inspecting(Store store, Queues queues, boolean snapshots) {
    this.store = store;
    this.queues = queues;
    this.snapshots = snapshots;
  }

  Page find(Query query) {
    List<BsonValue> conditions = conditions(query);
    conditions.add(query.state().map(this::in).orElseGet(this::visible));
    query.after().ifPresent(after -> conditions.add(after(position(after))));
    List<BsonDocument> found =
        store.read(
            "Finding deliveries",
            () ->
                store
                    .deliveries
                    .aggregate(
                        List.of(
                            new BsonDocument("$match", all(conditions)),
                            new BsonDocument("$sort", BY_ID),
                            new BsonDocument("$limit", new BsonInt32(query.limit() + 1)),
                            new BsonDocument("$set", new BsonDocument("now", store.clock.now()))))
                    .batchSize(query.limit() + 2)
                    .into(new ArrayList<>()));
    boolean more = found.size() > query.limit();
    List<BsonDocument> page = more ? found.subList(0, query.limit()) : found;
    return new Page(
        page.stream().filter(Doc::isSound).map(Inspecting::info).toList(),
        more ? Optional.of(position(page.get(page.size() - 1))) : Optional.empty());
  }

  /** The conditions of a query but the state and the page. */
  private List<BsonValue> conditions(Query query) {
    List<BsonValue> conditions = new ArrayList<>();
    conditions.add(new BsonDocument(Doc.ID, BsonDocument.parse("{$type: 'binData'}")));
    query
        .queue()
        .ifPresent(
            queue -> {
              conditions.add(Queues.field(Doc.QUEUE, queue));
              conditions.add(new BsonDocument(Doc.ID, idsOf(queue)));
            });
    query.name().ifPresent(name -> conditions.add(Queues.field(Doc.NAME, name)));
    query.tid().ifPresent(tid -> conditions.add(Queues.field(Doc.TID, tid)));
    query.eventId().ifPresent(id -> conditions.add(new BsonDocument(Doc.ID, ids(query, id))));
    query
        .dueBefore()
        .ifPresent(
            instant -> {
              BsonDocument before = new BsonDocument("$lt", Doc.roundedUp(instant));
              BsonDocument endsBefore = new BsonDocument(Doc.LEASE_END, before);
              conditions.add(anyOf(store.clock.reached(Doc.LEASE_END), endsBefore));
              conditions.add(
                  anyOf(
                      new BsonDocument(Doc.AT, before),
                      new BsonDocument(Doc.DEAD, before),
                      new BsonDocument(Doc.FINISHED, before)));
            });
    return conditions;
  }

  /** A queue's documents are one range, whatever else the collection holds. */
  private static BsonDocument idsOf(String queue) {
    return new BsonDocument("$gte", DocId.first(queue)).append("$lte", DocId.last(queue));
  }

  /** The event's delivery in the query's queue, or in every queue there is. */
  private BsonDocument ids(Query query, String eventId) {
    List<String> names = query.queue().map(List::of).orElseGet(queues::names);
    return Queues.anyOf(names.stream().map(name -> DocId.of(name, eventId)).toList());
  }

  private BsonDocument in(DeliveryState state) {
    return switch (state) {
      case SCHEDULED -> live(store.clock.ahead(Doc.AT)).append(Doc.ATTEMPTS, new BsonInt32(0));
      case RETRYING ->
          live(store.clock.ahead(Doc.AT)).append(Doc.ATTEMPTS, BsonDocument.parse("{$gt: 0}"));
      case LEASED -> live(store.clock.ahead(Doc.LEASE_END));
      case READY -> live(store.clock.ready());
      case DEAD -> new BsonDocument(Doc.DEAD, EXISTS);
      case DONE -> kept();
    };
  }

  private BsonDocument visible() {
    return anyOf(live(), new BsonDocument(Doc.DEAD, EXISTS), kept());
  }

  /** With a bound on the queue that always holds, so that the index on it can be used. */
  private static BsonDocument live() {
    return new BsonDocument(Doc.QUEUE, BsonDocument.parse("{$gt: ''}"))
        .append(Doc.AT, Ready.from(Head.ALWAYS));
  }

  private static BsonDocument live(BsonDocument condition) {
    BsonDocument live = live();
    live.putAll(condition);
    return live;
  }

  private BsonDocument kept() {
    return new BsonDocument(Doc.UNTIL, EXISTS)
        .append(Doc.MOVE, ABSENT)
        .append("$expr", store.clock.ahead(Doc.UNTIL).getDocument("$expr"));
  }

  private static DeliveryInfo info(BsonDocument doc) {
    StoredEvent event = Doc.event(doc);
    String text = event.payload().text();
    String reason = Doc.text(doc, Doc.REASON);
    return new DeliveryInfo(
        event.id(),
        Doc.text(doc, Doc.QUEUE),
        event.name(),
        event.tid(),
        state(doc),
        due(doc),
        (int) Doc.number(doc, Doc.ATTEMPTS),
        Doc.instant(doc, Doc.BORN),
        reason.isEmpty() ? Optional.empty() : Optional.of(reason),
        text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT),
        event.headers());
  }

  private static Instant due(BsonDocument doc) {
    return state(doc) == DeliveryState.LEASED
        ? Doc.instant(doc, Doc.LEASE_END)
        : Doc.instant(doc, Doc.AT, Doc.DEAD, Doc.FINISHED);
  }

  private static DeliveryState state(BsonDocument doc) {
    if (doc.containsKey(Doc.FINISHED)) {
      return DeliveryState.DONE;
    }
    if (doc.containsKey(Doc.DEAD)) {
      return DeliveryState.DEAD;
    }
    Instant now = Doc.instant(doc, "now");
    if (Doc.instant(doc, Doc.LEASE_END).isAfter(now)) {
      return DeliveryState.LEASED;
    }
    if (!Doc.instant(doc, Doc.AT).isAfter(now)) {
      return DeliveryState.READY;
    }
    return Doc.number(doc, Doc.ATTEMPTS) > 0 ? DeliveryState.RETRYING : DeliveryState.SCHEDULED;
  }

  List<QueueStats> stats() {
    return store.read("Counting", this::count);
  }

  private List<QueueStats> count() {
    if (snapshots && store.relaxed) {
      store.awaitMajority(); // a snapshot is of what a majority has
    }
    Map<String, QueueStats> stats = new TreeMap<>();
    for (Queues.Line line : queues.read()) {
      if (!line.patterns().isEmpty()) {
        stats.put(line.name(), new QueueStats(line.name(), 0, 0, 0, 0, Duration.ZERO));
      }
    }
    for (BsonDocument group : countLive()) {
      String queue = Doc.text(group, Doc.ID);
      long ready = Doc.number(group, "ready");
      long leased = Doc.number(group, "leased");
      Duration oldest = Duration.between(Doc.instant(group, "oldest"), Doc.instant(group, "now"));
      stats.put(
          queue,
          new QueueStats(
              queue,
              ready,
              Doc.number(group, "all") - ready - leased,
              leased,
              0,
              ready == 0 ? Duration.ZERO : oldest));
    }
    for (BsonDocument group : countDead()) {
      String queue = Doc.text(group, Doc.ID);
      long dead = Doc.number(group, "dead");
      stats.merge(
          queue,
          new QueueStats(queue, 0, 0, 0, dead, Duration.ZERO),
          (live, x) ->
              new QueueStats(
                  queue, live.ready(), live.scheduled(), live.leased(), dead, live.oldestReady()));
    }
    return List.copyOf(stats.values());
  }

  private List<BsonDocument> countLive() {
    BsonValue now = store.clock.now();
    BsonValue ready = store.clock.ready().getDocument("$expr");
    BsonValue leased = store.clock.ahead(Doc.LEASE_END).getDocument("$expr");
    BsonDocument since = operator("$cond", ready, new BsonString("$at"), BsonNull.VALUE);
    BsonDocument group =
        new BsonDocument(Doc.ID, new BsonString("$q"))
            .append("all", BsonDocument.parse("{$sum: 1}"))
            .append("ready", countIf(ready))
            .append("leased", countIf(leased))
            .append("oldest", new BsonDocument("$min", since))
            .append("now", new BsonDocument("$max", now));
    return atOneInstant()
        .aggregate(List.of(new BsonDocument("$match", live()), new BsonDocument("$group", group)))
        .hint(Store.READY)
        .into(new ArrayList<>());
  }

  private List<BsonDocument> countDead() {
    BsonDocument dead = BsonDocument.parse("{q: {$gt: ''}}").append(Doc.DEAD, EXISTS);
    return atOneInstant()
        .aggregate(
            List.of(
                new BsonDocument("$match", dead),
                BsonDocument.parse("{$group: {_id: '$q', dead: {$sum: 1}}}")))
        .hintString("dead")
        .into(new ArrayList<>());
  }

  /**
   * Without a snapshot a count runs along the index while others move deliveries in it, and sees
   * some of them twice, others never. A standalone has none.
   */
  private MongoCollection<BsonDocument> atOneInstant() {
    return snapshots ? store.deliveries.withReadConcern(ReadConcern.SNAPSHOT) : store.deliveries;
  }

  private static BsonDocument countIf(BsonValue condition) {
    return new BsonDocument(
        "$sum", operator("$cond", condition, new BsonInt32(1), new BsonInt32(0)));
  }

  private static BsonDocument operator(String name, BsonValue... operands) {
    return new BsonDocument(name, new BsonArray(List.of(operands)));
  }

  long cancel(Query query) {
    return change(query, waiting(), List.of(Records.tombstone(store.clock, new BsonObjectId())));
  }

  long reschedule(Query query, Instant due) {
    BsonDocument at =
        new BsonDocument(Doc.AT, operator("$max", Doc.roundedUp(due), store.clock.now()));
    return change(
        query,
        waiting(),
        List.of(new BsonDocument("$set", at), BsonDocument.parse("{$unset: ['l', 'c']}")));
  }

  long redrive(Query query) {
    BsonDocument set =
        new BsonDocument(Doc.AT, store.clock.now()).append(Doc.ATTEMPTS, new BsonInt32(0));
    return change(
        query,
        new BsonDocument(Doc.DEAD, EXISTS),
        List.of(new BsonDocument("$set", set), BsonDocument.parse("{$unset: 'x'}")));
  }

  long discard(Query query) {
    return change(
        query,
        new BsonDocument(Doc.DEAD, EXISTS),
        List.of(Records.tombstone(store.clock, new BsonObjectId())));
  }

  /** Nobody holds it: never claimed, given back, or its lease has ended. */
  private BsonDocument waiting() {
    return live(store.clock.reached(Doc.LEASE_END));
  }

  private long change(Query query, BsonDocument guard, List<BsonDocument> update) {
    try {
      List<BsonValue> conditions = conditions(query);
      query.state().ifPresent(state -> conditions.add(in(state)));
      conditions.add(guard);
      long changed = 0;
      long left = query.changeLimit();
      BsonValue last = query.after().map(Inspecting::position).orElse(null);
      while (left > 0) {
        int batch = (int) Math.min(BATCH, left);
        List<BsonDocument> found = matching(conditions, last, batch);
        if (!found.isEmpty()) {
          changed += update(conditions, found, update);
          last = found.get(found.size() - 1).get(Doc.ID);
        }
        left = found.size() < batch ? 0 : left - batch;
      }
      return changed;
    } catch (MongoException e) {
      throw Failures.write("Changing deliveries", e);
    }
  }

  private List<BsonDocument> matching(
      List<BsonValue> conditions, @Nullable BsonValue last, int batch) {
    List<BsonValue> rest = new ArrayList<>(conditions);
    if (last != null) {
      rest.add(after(last));
    }
    return store
        .deliveries
        .find(all(rest))
        .sort(BY_ID)
        .limit(batch)
        .batchSize(batch + 1)
        .projection(BsonDocument.parse("{_id: 1, q: 1}"))
        .into(new ArrayList<>());
  }

  private long update(
      List<BsonValue> conditions, List<BsonDocument> found, List<BsonDocument> update) {
    List<BsonValue> these = new ArrayList<>(conditions);
    these.add(
        new BsonDocument(
            Doc.ID, Queues.anyOf(found.stream().map(doc -> doc.get(Doc.ID)).toList())));
    these.add(
        new BsonDocument(
            Doc.QUEUE,
            Queues.anyOf(found.stream().map(doc -> doc.get(Doc.QUEUE)).distinct().toList())));
    return store
        .deliveries
        .updateMany(all(these), update, new UpdateOptions().hint(Store.BY_ID))
        .getModifiedCount();
  }

  boolean deleteQueue(String queue) {
    try {
      boolean known = queues.delete(queue);
      BsonDocument inQueue =
          new BsonDocument(Doc.ID, idsOf(queue)).append(Doc.QUEUE, new BsonString(queue));
      List<BsonDocument> found;
      do {
        found =
            store
                .deliveries
                .find(inQueue)
                .limit(BATCH)
                .projection(BsonDocument.parse("{_id: 1, n: 1}"))
                .into(new ArrayList<>());
        known |= found.stream().anyMatch(doc -> doc.containsKey(Doc.NAME));
        if (!found.isEmpty()) {
          store.deliveries.deleteMany(Claiming.byId(queue, found));
        }
      } while (!found.isEmpty());
      store.history.deleteMany(Queues.field(Doc.QUEUE, queue));
      new Turns(store).remove(queue);
      return known;
    } catch (MongoException e) {
      throw Failures.write("Deleting a queue", e);
    }
  }

  private static BsonDocument after(BsonValue id) {
    return new BsonDocument(Doc.ID, new BsonDocument("$gt", id));
  }

  private static String position(BsonDocument doc) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(DocId.bytes(doc));
  }

  private static BsonValue position(String page) {
    try {
      return DocId.of(Base64.getUrlDecoder().decode(page));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + page + "\" is not the mark of a page: give what the page before returned as next",
          e);
    }
  }

  private static BsonDocument all(List<BsonValue> conditions) {
    return new BsonDocument("$and", new BsonArray(conditions));
  }

  private static BsonDocument anyOf(BsonDocument... conditions) {
    return operator("$or", conditions);
  }
}
