package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.wrkr.Archive;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.Settlement.Ack;
import io.wrkr.spi.Settlement.DeadLetter;
import io.wrkr.spi.Settlement.Release;
import io.wrkr.spi.Settlement.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Ends and lengthens leases.
 *
 * <ol>
 *   <li>A list may name a delivery twice; then the first settlement of each goes in one round, the
 *       next in another.
 *   <li>Settlements that write the same under the same token are one update of many, and all go in
 *       one bulk. Each filter has the ids, the token {@code v}, and that {@code l} is there: a
 *       lease that was overtaken has a higher token, one that was settled has no {@code l}.
 *   <li>Each writes the id of this call into {@code z}. If the bulk changed as many as were asked
 *       for, none was refused; otherwise those that bear the id are read back, and the rest was
 *       refused. After a lost answer the bulk is sent once more first: a settlement that did not
 *       get through by then never will. But one that did may since have been claimed and settled by
 *       another, who wrote over the id: if fewer bear it than were changed, or after a lost answer
 *       any does not, the outcome is unknown.
 *   <li>An ack leaves a dedupe record in the delivery's place, in the same write. Kept ones stay
 *       until {@code u}; ones to be moved are kept as well, until {@link Pruning} has moved them.
 *   <li>Acks with follow-ups: a transaction acks, and publishes what belongs to those not refused.
 *       Without transactions the follow-ups of leases still held are published first.
 * </ol>
 */
final class Settling {
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions BY_ID = new UpdateOptions().hint(Store.BY_ID);
  private static final String HELD = "{$exists: true}";

  private final Store store;
  private final Publishing publishing;
  private final boolean transactions;

  /** What a bulk of settlements did. */
  record Result(Set<Lease> refused, Set<String> reached) {}

  Settling(Store store, Publishing publishing, boolean transactions) {
    this.store = store;
    this.publishing = publishing;
    this.transactions = transactions;
  }

  Result settle(List<Settlement> settlements) {
    Result result = new Result(new LinkedHashSet<>(), new TreeSet<>());
    List<Settlement> rest = settlements;
    while (!rest.isEmpty()) {
      Map<BsonValue, Settlement> round = new LinkedHashMap<>();
      List<Settlement> later = new ArrayList<>();
      for (Settlement settlement : rest) {
        if (round.putIfAbsent(Doc.id(settlement.lease()), settlement) != null) {
          later.add(settlement);
        }
      }
      settle(round, result);
      rest = later;
    }
    return result;
  }

  private void settle(Map<BsonValue, Settlement> round, Result result) {
    Map<BsonValue, Settlement> plain = new LinkedHashMap<>();
    Map<BsonValue, Ack> withFollowUps = new LinkedHashMap<>();
    round.forEach(
        (id, settlement) -> {
          if (settlement instanceof Ack ack && !ack.followUps().isEmpty()) {
            withFollowUps.put(id, ack);
          } else {
            plain.put(id, settlement);
          }
        });
    try {
      if (!withFollowUps.isEmpty() && transactions) {
        ackAndPublish(withFollowUps, result);
      } else if (!withFollowUps.isEmpty()) {
        publishThenAck(withFollowUps, result);
      }
      if (!plain.isEmpty()) {
        result.refused.addAll(apply(null, plain));
      }
    } catch (MongoException e) {
      throw Failures.write("Settling", e);
    }
  }

  private void ackAndPublish(Map<BsonValue, Ack> acks, Result result) {
    Publishing.Plan all = publishing.plan(followUps(acks.values(), Set.of()));
    Result done =
        Transactions.run(
            store,
            (session, conflicts) -> {
              Set<Lease> refused = apply(session, acks);
              Publishing.Plan plan =
                  refused.isEmpty() && conflicts == 0
                      ? all
                      : publishing.plan(followUps(acks.values(), refused));
              publishing.insertIn(session, plan);
              return new Result(refused, plan.reached());
            });
    result.refused.addAll(done.refused);
    result.reached.addAll(done.reached);
  }

  private void publishThenAck(Map<BsonValue, Ack> acks, Result result) {
    List<Lease> leases = acks.values().stream().map(Ack::lease).toList();
    Set<Lease> lost = new HashSet<>(leases);
    held(leases).forEach(lost::remove);
    Publishing.Plan plan = publishing.publish(followUps(acks.values(), lost));
    result.reached.addAll(plan.reached());
    result.refused.addAll(apply(null, acks));
  }

  private static List<OutgoingEvent> followUps(Collection<Ack> acks, Set<Lease> without) {
    return acks.stream()
        .filter(ack -> !without.contains(ack.lease()))
        .flatMap(ack -> ack.followUps().stream())
        .toList();
  }

  /** Applies settlements of different deliveries, by id; returns the leases refused. */
  private Set<Lease> apply(
      @Nullable ClientSession session, Map<BsonValue, ? extends Settlement> settlements) {
    BsonObjectId call = new BsonObjectId();
    Map<Settlement, List<BsonValue>> groups = new LinkedHashMap<>();
    settlements.forEach(
        (id, settlement) ->
            groups.computeIfAbsent(ofAny(settlement), alike -> new ArrayList<>()).add(id));
    List<WriteModel<BsonDocument>> bulk = new ArrayList<>();
    groups.forEach(
        (alike, ids) ->
            bulk.add(
                new UpdateManyModel<>(holding(alike.lease(), ids), change(alike, call), BY_ID)));
    long changed = write(session, collection(settlements.values()), bulk);
    if (changed == settlements.size()) {
      return Set.of();
    }
    Set<Lease> refused = refused(session, settlements, call);
    long notSeen = refused.size() - (changed < 0 ? 0 : settlements.size() - changed);
    if (notSeen > 0) {
      throw new BackendException(
          Outcome.UNKNOWN,
          "Settling: of "
              + settlements.size()
              + " settlements "
              + notSeen
              + " came through or may have, and others have settled those deliveries since",
          null);
    }
    return refused;
  }

  /** The settlement without the delivery: those with the same are one statement. */
  private static Settlement ofAny(Settlement settlement) {
    Lease lease = ofAny(settlement.lease());
    if (settlement instanceof Ack ack) {
      return new Ack(lease, ack.archive(), List.of());
    } else if (settlement instanceof Retry retry) {
      return new Retry(lease, retry.after(), retry.history());
    } else if (settlement instanceof Release release) {
      return new Release(lease, release.after());
    }
    return new DeadLetter(lease, ((DeadLetter) settlement).reason());
  }

  private static Lease ofAny(Lease lease) {
    return new Lease(lease.queue(), "", lease.token());
  }

  /** What must not come back is strict even if the rest is relaxed. */
  private MongoCollection<BsonDocument> collection(Collection<? extends Settlement> settlements) {
    return settlements.stream().anyMatch(DeadLetter.class::isInstance)
        ? store.deliveries
        : store.claims;
  }

  /** Returns the number changed, -1 if that is not known. */
  private static long write(
      @Nullable ClientSession session,
      MongoCollection<BsonDocument> deliveries,
      List<WriteModel<BsonDocument>> bulk) {
    if (session != null) {
      return deliveries
          .withWriteConcern(WriteConcern.ACKNOWLEDGED)
          .bulkWrite(session, bulk, UNORDERED)
          .getModifiedCount();
    }
    try {
      return deliveries.bulkWrite(bulk, UNORDERED).getModifiedCount();
    } catch (MongoException e) {
      if (!Failures.isUncertain(e)) {
        throw e;
      }
      deliveries.bulkWrite(bulk, UNORDERED);
      return -1;
    }
  }

  private Set<Lease> refused(
      @Nullable ClientSession session,
      Map<BsonValue, ? extends Settlement> settlements,
      BsonObjectId call) {
    Map<BsonValue, Lease> open = new LinkedHashMap<>();
    settlements.forEach((id, settlement) -> open.put(id, settlement.lease()));
    BsonDocument filter = among(open.values()).append(Doc.SETTLE, call);
    var found =
        session == null ? store.deliveries.find(filter) : store.deliveries.find(session, filter);
    found
        .projection(BsonDocument.parse("{_id: 1}"))
        .hint(Store.BY_ID)
        .forEach(doc -> open.remove(doc.get(Doc.ID)));
    return new LinkedHashSet<>(open.values());
  }

  private List<BsonDocument> change(Settlement settlement, BsonObjectId call) {
    if (settlement instanceof Ack ack) {
      return ack.archive().mode() == Archive.Mode.DELETE
          ? List.of(Records.tombstone(store.clock, call))
          : List.of(kept(ack.archive(), call), unset(Doc.AT, Doc.CLAIM, Doc.LEASE_END));
    }
    BsonDocument set = settling(call);
    if (settlement instanceof Retry retry) {
      set.append(Doc.AT, store.clock.after(retry.after()));
      set.append(Doc.REASON, Records.literal(retry.history()));
    } else if (settlement instanceof Release release) {
      set.append(Doc.AT, store.clock.after(release.after()));
      set.append(Doc.ATTEMPTS, BsonDocument.parse("{$subtract: ['$k', 1]}"));
    } else if (settlement instanceof DeadLetter deadLetter) {
      set.append(Doc.DEAD, store.clock.now());
      set.append(Doc.REASON, Records.literal(deadLetter.reason()));
      return List.of(new BsonDocument("$set", set), unset(Doc.AT, Doc.CLAIM, Doc.LEASE_END));
    }
    return List.of(new BsonDocument("$set", set), unset(Doc.CLAIM, Doc.LEASE_END));
  }

  private static BsonDocument settling(BsonObjectId call) {
    return new BsonDocument(Doc.SETTLE, call)
        .append(Doc.ORIGINAL, BsonDocument.parse("{$ifNull: ['$o', '$at']}"));
  }

  private BsonDocument kept(Archive archive, BsonObjectId call) {
    BsonDocument set = settling(call).append(Doc.FINISHED, store.clock.now());
    if (archive.mode() == Archive.Mode.MOVE) {
      set.append(Doc.UNTIL, store.clock.now());
      set.append(Doc.MOVE, new BsonInt64(archive.duration().toMillis()));
    } else {
      set.append(Doc.UNTIL, store.clock.after(archive.duration()));
    }
    return new BsonDocument("$set", set);
  }

  private static BsonDocument unset(String... fields) {
    BsonArray names = new BsonArray();
    for (String field : fields) {
      names.add(new BsonString(field));
    }
    return new BsonDocument("$unset", names);
  }

  List<Lease> extend(List<Lease> leases, Duration lease) {
    BsonDocument change =
        new BsonDocument("$set", new BsonDocument(Doc.LEASE_END, store.clock.after(lease)));
    Map<Lease, List<BsonValue>> groups = new LinkedHashMap<>();
    for (Lease each : leases) {
      groups.computeIfAbsent(ofAny(each), alike -> new ArrayList<>()).add(Doc.id(each));
    }
    List<WriteModel<BsonDocument>> bulk = new ArrayList<>();
    groups.forEach(
        (alike, ids) ->
            bulk.add(new UpdateManyModel<>(holding(alike, ids), List.of(change), BY_ID)));
    try {
      int matched = store.claims.bulkWrite(bulk, UNORDERED).getMatchedCount();
      return matched == leases.size() ? leases : held(leases);
    } catch (MongoException e) {
      throw Failures.write("Extending", e);
    }
  }

  /** Returns those of the leases that are held. */
  private List<Lease> held(List<Lease> leases) {
    Set<Lease> held = new HashSet<>();
    BsonDocument filter = among(leases).append(Doc.CLAIM, BsonDocument.parse(HELD));
    store
        .deliveries
        .find(filter)
        .projection(BsonDocument.parse("{_id: 0, q: 1, e: 1, v: 1}"))
        .hint(Store.BY_ID)
        .forEach(
            doc ->
                held.add(
                    new Lease(
                        Doc.text(doc, Doc.QUEUE), Doc.eventId(doc), Doc.number(doc, Doc.TOKEN))));
    return leases.stream().filter(held::contains).toList();
  }

  private static BsonDocument holding(Lease alike, List<BsonValue> ids) {
    return new BsonDocument(Doc.ID, Queues.anyOf(ids))
        .append(Doc.QUEUE, new BsonString(alike.queue()))
        .append(Doc.TOKEN, new BsonInt64(alike.token()))
        .append(Doc.CLAIM, BsonDocument.parse(HELD));
  }

  private static BsonDocument among(Collection<Lease> leases) {
    Set<BsonValue> ids = new LinkedHashSet<>();
    Set<BsonString> queues = new HashSet<>();
    for (Lease lease : leases) {
      ids.add(Doc.id(lease));
      queues.add(new BsonString(lease.queue()));
    }
    return new BsonDocument(Doc.ID, Queues.anyOf(ids)).append(Doc.QUEUE, Queues.anyOf(queues));
  }
}
