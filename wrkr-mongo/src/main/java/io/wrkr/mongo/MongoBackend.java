package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Intake;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Replay;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.TransactionalPublish;
import io.wrkr.spi.Wakeups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps deliveries in MongoDB 5.0 or newer. Thread-safe.
 *
 * <p>One document is one delivery ({@link Doc} names its fields). Its {@code at} is its delay and
 * its retry time, on one index with queue and publish order; the end of its lease, {@code c}, is on
 * none. It is ready when neither is after the server's {@code $$NOW}, which alone judges.
 *
 * <ol>
 *   <li><b>subscribe</b> writes the queue's document and then a new version ({@link Queues}).
 *   <li><b>publish</b> reads that version, inserts one document per event and queue, durable by
 *       majority, and rings ({@link Publishing}).
 *   <li><b>claim</b> finds ready ones from a low-water mark on and takes them with one conditional
 *       update ({@link Claiming}, {@link Head}); on ordered queues of each tid only the head
 *       ({@link Order}).
 *   <li><b>accept</b> and <b>take</b> insert what a wire brought for one queue ({@link Arriving}).
 *   <li><b>settle</b> and <b>extend</b> are one bulk of conditional updates, guarded by token; an
 *       ack leaves a dedupe record in the delivery's place ({@link Settling}).
 *   <li><b>replay</b> puts what is archived back in its place ({@link Replays}).
 *   <li><b>prune</b> moves and removes what is over ({@link Pruning}).
 *   <li><b>hints</b> go through a capped collection ({@link Bell}).
 * </ol>
 *
 * <p>By default every write waits for a majority of members to have it on disk, whatever the client
 * or connection string says, so that what was confirmed survives a failover; {@link
 * MongoOptions#relaxed} loosens that for claims and settlements.
 */
public final class MongoBackend
    implements Backend,
        Inspector,
        Replay,
        Wakeups,
        Clocked,
        Intake,
        TransactionalPublish<ClientSession> {
  private final StoreClock clock = new StoreClock();
  private final Store store;
  private final Schema schema;
  private final Queues queues;
  private final Publishing publishing;
  private final Claiming claiming;
  private final Arriving arriving;
  private final Settling settling;
  private final Inspecting inspecting;
  private final Replays replays;
  private final Pruning pruning;
  private final Bell bell;
  private final Capabilities capabilities;
  private final @Nullable MongoClient owned;
  private volatile boolean closed;

  private MongoBackend(
      MongoClient client, String database, MongoOptions options, @Nullable MongoClient owned) {
    this.owned = owned;
    this.store = new Store(client, database, options, clock);
    this.schema = new Schema(store);
    Schema.Server server = schema.prepare();
    this.queues = new Queues(store, server.router());
    this.bell = new Bell(store, schema);
    Tokens tokens = new Tokens(clock);
    this.claiming = new Claiming(store, tokens, server.transactions());
    this.publishing = new Publishing(store, queues, bell, this::expect, server.transactions());
    this.arriving = new Arriving(queues, publishing, tokens);
    this.settling = new Settling(store, publishing, server.transactions());
    this.inspecting = new Inspecting(store, queues, server.transactions());
    this.replays = new Replays(store, queues);
    this.pruning = new Pruning(store);
    this.capabilities = capabilities(server);
  }

  /**
   * Returns a backend in the given database, creating collections and indexes where needed. The
   * client stays the caller's: closing the backend does not close it.
   *
   * @throws BackendException if the server cannot be reached, refuses, or is too old
   */
  public static MongoBackend of(MongoClient client, String database) {
    return of(client, database, MongoOptions.defaults());
  }

  /** The same with options. */
  public static MongoBackend of(MongoClient client, String database, MongoOptions options) {
    return new MongoBackend(client, database, options, null);
  }

  static MongoBackend owning(MongoClient client, String database, MongoOptions options) {
    return new MongoBackend(client, database, options, client);
  }

  private static Capabilities capabilities(Schema.Server server) {
    Set<Capability> supported = EnumSet.allOf(Capability.class);
    if (!server.transactions()) {
      supported.remove(Capability.REPLAY);
      supported.remove(Capability.TX_JOIN);
      supported.remove(Capability.ATOMIC_BATCH);
    }
    if (!server.bell()) {
      supported.remove(Capability.WAKE);
    }
    return Capabilities.of(supported).parallelWrites(2);
  }

  @Override
  public void useClock(InstantSource given) {
    clock.use(given);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    call(
        () -> {
          queues.subscribe(subscription, ordered);
          return true;
        });
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return call(() -> queues.unsubscribe(subscription));
  }

  @Override
  public List<Subscription> subscriptions() {
    return call(queues::subscriptions);
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    return call(
        () -> {
          if (events.isEmpty()) {
            return List.of();
          }
          Publishing.Plan plan = publishing.publish(events);
          claiming.expect(plan.reached());
          return plan.receipts();
        });
  }

  private void expect(Set<String> queues) {
    claiming.expect(queues);
    bell.tellHere(queues);
  }

  /** Puts events into one queue, whatever it is subscribed to. */
  List<Receipt> publishTo(String queue, List<OutgoingEvent> events) {
    return call(() -> publishing.publishTo(queue, events).receipts());
  }

  @Override
  public Class<ClientSession> transactionType() {
    return ClientSession.class;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The session must be of the client that the backend was given. A publish counts for the
   * subscriptions of its moment, and rings nobody: other processes find the events when they poll.
   */
  @Override
  public List<Receipt> publish(List<OutgoingEvent> events, ClientSession transaction) {
    return call(() -> publishing.publishIn(transaction, events).receipts());
  }

  @Override
  public Claims claim(ClaimRequest request) {
    return call(
        () -> {
          Bell.Heard heard = bell.heard(request.queue());
          if (heard.hinted()) {
            claiming.expect(Set.of(request.queue()));
          }
          Claims claims = claiming.claim(request);
          bell.claimed(heard, claims.deliveries().size(), request.max());
          return claims;
        });
  }

  @Override
  public void accept(String queue, List<Arrival> arrivals) {
    call(
        () -> {
          arriving.take(queue, arrivals, null);
          bell.ring(Set.of(queue));
          return true;
        });
  }

  @Override
  public List<ClaimedDelivery> take(String queue, List<Arrival> arrivals, Duration lease) {
    return call(() -> arriving.take(queue, arrivals, lease));
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return call(() -> leases.isEmpty() ? leases : settling.extend(leases, lease));
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    return call(
        () -> {
          Settling.Result result = settling.settle(settlements);
          bell.ring(result.reached());
          bell.ringHereToo(unblocked(settlements));
          return List.copyOf(result.refused());
        });
  }

  /** The ordered queues in which the end of a delivery may let its tid's next one go. */
  private Set<String> unblocked(List<Settlement> settlements) {
    return settlements.stream()
        .filter(Settlement.Ack.class::isInstance)
        .map(settlement -> settlement.lease().queue())
        .filter(claiming::isOrdered)
        .collect(Collectors.toSet());
  }

  @Override
  public int prune(int max) {
    return call(() -> pruning.prune(max));
  }

  @Override
  public Page find(Query query) {
    return call(() -> inspecting.find(query));
  }

  @Override
  public List<QueueStats> stats() {
    return call(inspecting::stats);
  }

  @Override
  public long cancel(Query query) {
    return change(query, () -> inspecting.cancel(query));
  }

  @Override
  public long reschedule(Query query, Instant due) {
    return change(query, () -> inspecting.reschedule(query, due));
  }

  @Override
  public long redrive(Query query) {
    return change(query, () -> inspecting.redrive(query));
  }

  @Override
  public long discard(Query query) {
    return change(query, () -> inspecting.discard(query));
  }

  @Override
  public long replay(String queue, Instant from, Instant to) {
    return change(Query.all().queue(queue), () -> replays.replay(queue, from, to));
  }

  /** What a person changes may make something ready: whoever listens looks again. */
  private long change(Query query, Supplier<Long> change) {
    return call(
        () -> {
          long changed = change.get();
          if (changed > 0) {
            bell.ringHereToo(query.queue().map(List::of).orElseGet(() -> queues.names()));
          }
          return changed;
        });
  }

  @Override
  public boolean deleteQueue(String queue) {
    return call(() -> inspecting.deleteQueue(queue));
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    return call(() -> bell.onArrival(queue, hint));
  }

  private <T> T call(Supplier<T> call) {
    if (closed) {
      throw new IllegalStateException("The MongoDB backend is closed: open another");
    }
    try {
      return call.get();
    } catch (IllegalStateException e) {
      if (!closed) {
        throw e;
      }
      // The driver says so of statements, too, that were on their way when it was closed.
      throw new BackendException(Outcome.UNKNOWN, "The MongoDB backend was closed meanwhile", e);
    } catch (BackendException e) {
      if (e.getCause() instanceof MongoException cause && Failures.isIndexMissing(cause)) {
        schema.prepare();
        throw new BackendException(
            Outcome.FAILED, "An index was missing and has been made again: try once more", cause);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    bell.close();
    if (owned != null) {
      owned.close();
    }
  }
}
