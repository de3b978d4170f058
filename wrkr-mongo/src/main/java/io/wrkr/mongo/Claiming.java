package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.model.UpdateOptions;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Takes ready deliveries of one queue.
 *
 * <ol>
 *   <li>If the last look found nothing and no news came since, ask when the first comes due, and
 *       leave it at that if it is not yet.
 *   <li>Find up to {@code max} that are ready, by due instant and publish order, from the queue's
 *       low-water mark on ({@link Head}): {@code at <= $$NOW}, and {@code c}, the end of the last
 *       lease, absent or {@code <= $$NOW}.
 *   <li>If they belong to an ordered queue, keep only those that may go; what begins is taken in a
 *       transaction with its tid's turn ({@link Order}).
 *   <li>One update takes them all: {@code c} becomes $$NOW + lease, {@code l} the id of this claim,
 *       {@code k} rises by one, and {@code v} becomes one token for all, greater than any seen and
 *       made of the server's time ({@link Tokens}). No index has any of these, so nothing but the
 *       document is written. The filter says again that it is ready, that {@code v} is smaller and,
 *       if all were seen with the same {@code k}, that they still have it. So what another claimed,
 *       finished or moved meanwhile is not touched.
 *   <li>If the update changed as many as were found, they are ours, as seen. Otherwise (some lost,
 *       attempts mixed, answer lost, ordered queue) those that bear the id of this claim are read
 *       back. After a lost answer the update is sent once more first: what the first one took has
 *       the token already, so no attempt is counted twice, not even if the lease ended meanwhile.
 *       But what it took may have been overtaken since: if that cannot be ruled out of any, the
 *       outcome is unknown.
 *   <li>A transaction whose client was killed keeps what it changed from all writers until the
 *       server gives it up, by default after 60 s, and the update would wait for that. So it may
 *       take {@link Store#CLAIM_SECONDS} s only. If it took longer twice, what it took until then
 *       is made durable and read back, and for {@link Head#OBSTRUCTED} claims are made in
 *       transactions, which fail at once on such a delivery.
 *   <li>If others took all that was found, look again, a few times, elsewhere; after a transaction
 *       that failed, with a random half, so that one delivery does not hold up the rest.
 *   <li>If fewer than {@code max} were taken, ask when the next one comes due; at a sweep ({@link
 *       Head}) also when the first lease ends.
 * </ol>
 */
final class Claiming {
  private static final int MAX_ROUNDS = 8;
  private static final UpdateOptions BY_ID = new UpdateOptions().hint(Store.BY_ID);
  private static final List<BsonDocument> SAME_CLAIM =
      List.of(BsonDocument.parse("{$set: {l: '$l'}}"));

  private final Store store;
  private final boolean transactions;
  private final Ready ready;
  private final Lookout lookout;
  private final Order order;
  private final Tokens tokens;
  private final Map<String, Head> heads = new ConcurrentHashMap<>();

  Claiming(Store store, Tokens tokens, boolean transactions) {
    this.store = store;
    this.tokens = tokens;
    this.transactions = transactions;
    this.ready = new Ready(store);
    this.lookout = new Lookout(store);
    this.order = new Order(store, ready);
  }

  Claims claim(ClaimRequest request) {
    Head head = heads.computeIfAbsent(request.queue(), queue -> new Head(store.clock));
    boolean sweep = head.sweeps(request.lease());
    if (head.isIdle()) {
      Lookout.Outlook outlook =
          sweep ? lookout.all(request.queue()) : lookout.first(request.queue(), head.mark());
      if (!outlook.ready()) {
        head.sawNothing();
        return new Claims(List.of(), head.untilNextDue(outlook));
      }
    }
    try {
      List<BsonDocument> taken = List.of();
      int most = request.max();
      for (int round = 0; round < MAX_ROUNDS && taken.isEmpty(); round++) {
        Ready.Window window = head.window(request.max(), sweep && round == 0);
        Order.Heads found = find(request, head, window).some(most);
        if (found.size() == 0) {
          break;
        }
        if (transactions && (head.isObstructed() || !found.beginning().isEmpty())) {
          taken = takeTogether(request, head, found);
          most = Math.max(1, found.size() / 2);
        } else {
          taken = takeEach(request, head, found);
        }
        head.won(found.size(), taken.size());
        if (taken.size() == found.size() && most == request.max()) {
          head.took(window, taken);
        }
      }
      if (!taken.isEmpty()) {
        head.leaseEndsIn(request.lease());
      }
      List<ClaimedDelivery> deliveries = taken.stream().map(Claiming::claimed).toList();
      return new Claims(deliveries, untilNextDue(request, head, sweep, taken.size()));
    } catch (MongoException e) {
      throw Failures.write("Claiming", e);
    }
  }

  /** What was taken is not given up because this question failed. */
  private Optional<Duration> untilNextDue(
      ClaimRequest request, Head head, boolean sweep, int taken) {
    if (taken == request.max()) {
      return Optional.empty();
    }
    try {
      String queue = request.queue();
      return head.untilNextDue(sweep ? lookout.all(queue) : lookout.next(queue));
    } catch (BackendException e) {
      if (taken == 0) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Order.Heads find(ClaimRequest request, Head head, Ready.Window asked) {
    if (head.isOrdered()) {
      return order.heads(request);
    }
    Ready.Window window = asked;
    List<BsonDocument> found = ready.find(request.queue(), window);
    if (window.skip() > 0 && found.isEmpty()) {
      window = head.narrower(window);
      found = ready.find(request.queue(), window);
    }
    if (found.stream().anyMatch(doc -> doc.containsKey(Doc.ORDERED))) {
      head.keepOrder();
      return order.heads(request);
    }
    head.saw(window, found);
    return Order.Heads.unordered(found);
  }

  private List<BsonDocument> takeTogether(ClaimRequest request, Head head, Order.Heads heads) {
    return Transactions.run(
        store,
        (session, conflicts) -> conflicts > 0 ? List.of() : take(session, request, head, heads));
  }

  private List<BsonDocument> takeEach(ClaimRequest request, Head head, Order.Heads heads) {
    try (ClientSession session = store.session()) {
      return take(session, request, head, heads);
    }
  }

  private List<BsonDocument> take(
      ClientSession session, ClaimRequest request, Head head, Order.Heads heads) {
    List<BsonDocument> found =
        heads.beginning().isEmpty() ? heads.chosen() : order.begin(session, request.queue(), heads);
    List<BsonDocument> taken = found.isEmpty() ? found : take(session, request, head, found);
    boolean begins = session.hasActiveTransaction() && !heads.beginning().isEmpty();
    if (begins && taken.size() < found.size()) {
      session.abortTransaction(); // no turn may name what was moved away meanwhile
      return List.of();
    }
    return taken;
  }

  private List<BsonDocument> take(
      ClientSession session, ClaimRequest request, Head head, List<BsonDocument> found) {
    BsonObjectId claim = new BsonObjectId();
    BsonInt64 token = new BsonInt64(tokens.above(found));
    Optional<BsonValue> attempts = commonAttempts(found);
    BsonDocument filter =
        byId(request.queue(), found)
            .append(Doc.AT, Ready.from(Head.ALWAYS))
            .append(Doc.TOKEN, new BsonDocument("$lt", token));
    filter.putAll(store.clock.ready());
    attempts.ifPresent(value -> filter.append(Doc.ATTEMPTS, value));
    List<BsonDocument> leasing = leasing(claim, token, request.lease());
    long begun = StoreClock.nanos();
    BsonDocument mine = byId(request.queue(), found).append(Doc.CLAIM, claim);
    long changed =
        session.hasActiveTransaction()
            ? store.claims.updateMany(session, filter, leasing, BY_ID).getModifiedCount()
            : update(session, head, filter, leasing, mine);
    boolean whole = found.get(0).containsKey(Doc.PAYLOAD);
    if (changed == found.size() && attempts.isPresent() && whole) {
      found.forEach(doc -> apply(doc, token));
      return found;
    }
    List<BsonDocument> taken = readBack(session, found, mine);
    // Before a lease can have ended nobody overtakes what it covers.
    if (changed < 0 && StoreClock.nanos() - begun >= request.lease().toNanos()) {
      requireNoneOvertaken(session, request.queue(), found, taken);
    }
    return taken;
  }

  /**
   * Refuses to call not taken, after a lost answer, what this claim may have taken: something that
   * was claimed twice since it was seen, or claimed and settled.
   */
  private void requireNoneOvertaken(
      ClientSession session, String queue, List<BsonDocument> found, List<BsonDocument> taken) {
    Map<BsonValue, Long> attempts = new HashMap<>();
    found.forEach(doc -> attempts.put(doc.get(Doc.ID), Doc.number(doc, Doc.ATTEMPTS)));
    taken.forEach(doc -> attempts.remove(doc.get(Doc.ID)));
    List<BsonDocument> others =
        found.stream().filter(doc -> attempts.containsKey(doc.get(Doc.ID))).toList();
    if (others.isEmpty()) {
      return;
    }
    store
        .deliveries
        .find(session, byId(queue, others).append(Doc.CLAIM, BsonDocument.parse("{$exists: true}")))
        .projection(BsonDocument.parse("{k: 1}"))
        .hint(Store.BY_ID)
        .forEach(doc -> attempts.remove(doc.get(Doc.ID), Doc.number(doc, Doc.ATTEMPTS) - 1));
    if (!attempts.isEmpty()) {
      throw new BackendException(
          BackendException.Outcome.UNKNOWN,
          "Claiming: the answer was lost, and "
              + attempts.size()
              + " of "
              + found.size()
              + " deliveries may have been taken before others took them",
          null);
    }
  }

  /** There is, or may be, something new in these queues. */
  void expect(Collection<String> queues) {
    for (String queue : queues) {
      Head head = heads.get(queue);
      if (head != null) {
        head.expect();
      }
    }
  }

  /** Tells whether the queue keeps order, as far as claims have seen. */
  boolean isOrdered(String queue) {
    Head head = heads.get(queue);
    return head != null && head.isOrdered();
  }

  /** Returns the number changed, -1 if that is not known: then what is ours is durable. */
  private long update(
      ClientSession session,
      Head head,
      BsonDocument filter,
      List<BsonDocument> leasing,
      BsonDocument mine) {
    try {
      return store.taking.updateMany(session, filter, leasing, BY_ID).getModifiedCount();
    } catch (MongoException e) {
      if (!Failures.isUncertain(e)) {
        throw e;
      }
    }
    try {
      store.taking.updateMany(session, filter, leasing, BY_ID);
    } catch (MongoOperationTimeoutException e) {
      head.obstructed();
      // A write that changes nothing waits, too, for a majority to have all that was before it.
      store.claims.updateMany(session, mine, SAME_CLAIM, BY_ID);
    }
    return -1;
  }

  private List<BsonDocument> leasing(BsonObjectId claim, BsonInt64 token, Duration lease) {
    BsonDocument set =
        new BsonDocument(Doc.LEASE_END, store.clock.after(lease))
            .append(Doc.CLAIM, claim)
            .append(Doc.ATTEMPTS, BsonDocument.parse("{$add: ['$k', 1]}"))
            .append(Doc.TOKEN, token);
    return List.of(new BsonDocument("$set", set));
  }

  private static Optional<BsonValue> commonAttempts(List<BsonDocument> docs) {
    BsonValue attempts = docs.get(0).get(Doc.ATTEMPTS);
    boolean common =
        attempts != null && docs.stream().allMatch(doc -> attempts.equals(doc.get(Doc.ATTEMPTS)));
    return common ? Optional.ofNullable(attempts) : Optional.empty();
  }

  /** Does to what was read what the update did to what is stored. */
  private static void apply(BsonDocument doc, BsonInt64 token) {
    doc.put(Doc.ATTEMPTS, new BsonInt32((int) Doc.number(doc, Doc.ATTEMPTS) + 1));
    doc.put(Doc.TOKEN, token);
  }

  private List<BsonDocument> readBack(
      ClientSession session, List<BsonDocument> found, BsonDocument mine) {
    Map<BsonValue, BsonDocument> ours = new HashMap<>();
    store
        .deliveries
        .find(session, mine)
        .hint(Store.BY_ID)
        .batchSize(found.size() + 1)
        .forEach(doc -> ours.put(doc.get(Doc.ID), doc));
    List<BsonDocument> taken = new ArrayList<>();
    for (BsonDocument doc : found) {
      @Nullable BsonDocument own = ours.get(doc.get(Doc.ID));
      if (own != null && ready.isSound(own)) {
        taken.add(own);
      }
    }
    return taken;
  }

  static BsonDocument byId(String queue, List<BsonDocument> docs) {
    return new BsonDocument(
            Doc.ID, Queues.anyOf(docs.stream().map(doc -> doc.get(Doc.ID)).toList()))
        .append(Doc.QUEUE, new BsonString(queue));
  }

  static ClaimedDelivery claimed(BsonDocument doc) {
    return new ClaimedDelivery(
        new Lease(Doc.text(doc, Doc.QUEUE), Doc.eventId(doc), Doc.number(doc, Doc.TOKEN)),
        Doc.event(doc),
        (int) Doc.number(doc, Doc.ATTEMPTS),
        Doc.instant(doc, Doc.ORIGINAL, Doc.AT),
        Doc.instant(doc, Doc.BORN),
        Doc.text(doc, Doc.REASON));
  }
}
