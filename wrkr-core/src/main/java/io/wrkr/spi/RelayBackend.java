package io.wrkr.spi;

import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Joins a store and a wire into one backend: the wire carries and keeps what is due, the store has
 * all the rest. Thread-safe. Both become this backend's own and are closed with it.
 *
 * <ol>
 *   <li><b>Subscriptions</b> are rows of the store, and bindings of the wire made from them. The
 *       rows are the truth: an event names the queues that it was published for, and a queue drops
 *       what was not meant for it. Bindings that are missing are made again at the start, when an
 *       event reaches no queue, and with every {@link #prune}.
 *   <li><b>Publish</b> sends what is due now, under an id made for it, over the wire, and returns
 *       when the broker has confirmed. What is due later, or has an id of the caller's, who wants
 *       to know whether it is a duplicate, goes to the store.
 *   <li><b>Claim</b> takes what is due from the store and from the wire. What comes by the wire is
 *       written to the store under its lease, by one idempotent step, and only then removed from
 *       the broker. A crash between the two brings it again under the same id, and the store drops
 *       it. From then on it is the store's: lease, token, retry, dead letter, dedupe record.
 *   <li><b>Looking and repairing</b> first moves what waits on the wire into the store, where it
 *       can be found and cancelled; counting leaves it where it is.
 *   <li><b>Follow-ups and events of a caller's transaction</b> are stored by the store's own
 *       transaction, and are claimed from there.
 * </ol>
 *
 * <p>Claims are in the order of due instants among what waits in the store, and in that of
 * publishing among what waits on the wire; between the two only within one claim. Where both have
 * more than was asked for they take turns. Hence no {@link Capability#ORDER_BY_TID}; and since one
 * list of events may go both ways, no {@link Capability#ATOMIC_BATCH}.
 */
public final class RelayBackend
    implements Backend, Inspector, Replay, Wakeups, Clocked, TransactionalPublish<Object> {
  private final Backend store;
  private final Wire wire;
  private final UsersView view;
  private final Capabilities capabilities;
  private final Sending sending;
  private final Receiving receiving;
  private final AtomicBoolean repaired = new AtomicBoolean();
  private volatile InstantSource clock = system();

  /**
   * Joins the two; nothing is read or written before the first call.
   *
   * @throws IllegalArgumentException if the store cannot take in what a wire brings
   */
  public RelayBackend(Backend store, Wire wire) {
    if (!(store instanceof Intake intake) || !store.capabilities().has(Capability.DEDUPE)) {
      throw new IllegalArgumentException(
          store.getClass().getSimpleName()
              + " cannot stand beside a broker: it has no Intake, or no DEDUPE; take a store that"
              + " has both, such as memory, SQLite or PostgreSQL");
    }
    this.store = store;
    this.wire = wire;
    Capabilities own =
        store.capabilities().without(Capability.ORDER_BY_TID).without(Capability.ATOMIC_BATCH);
    this.capabilities = store instanceof Wakeups ? own : own.without(Capability.WAKE);
    this.sending = new Sending(store, wire);
    this.receiving = new Receiving(store, intake, wire);
    this.view = new UsersView(store);
    wire.moveBy(receiving::moveSome);
  }

  @SystemSeam
  private static InstantSource system() {
    return InstantSource.system();
  }

  @Override
  public void useClock(InstantSource given) {
    clock = given;
    facet(Clocked.class).useClock(given);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    store.subscribe(subscription, ordered);
    if (Fanout.isOnWire(subscription)) {
      halfDone(() -> wire.bind(subscription), "The subscription is stored, but not yet bound");
    }
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    boolean existed = store.unsubscribe(subscription);
    if (Fanout.isOnWire(subscription)) {
      halfDone(() -> wire.unbind(subscription), "The subscription is gone, but still bound");
      if (existed && !sending.fanout().queuesOnWire().contains(subscription.queue())) {
        // Nobody would know any more that this queue holds something.
        receiving.moveToStore(subscription.queue());
      }
    }
    return existed;
  }

  /** The first half of a call was done, so that its failure is not that nothing was. */
  private static void halfDone(Runnable rest, String what) {
    try {
      rest.run();
    } catch (BackendException | IllegalStateException e) {
      throw new BackendException(
          Outcome.UNKNOWN, what + ": " + e.getMessage() + "; repeat the call", e);
    }
  }

  @Override
  public List<Subscription> subscriptions() {
    return view.subscriptions();
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    repairOnce();
    return sending.publish(events, clock.instant());
  }

  @Override
  public Claims claim(ClaimRequest request) {
    repairOnce();
    return receiving.claim(request);
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return store.extend(leases, lease);
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    return store.settle(settlements);
  }

  @Override
  public int prune(int max) {
    int pruned = store.prune(max);
    if (pruned < max) {
      sending.repair();
    }
    return pruned;
  }

  /** Bindings cannot be listed on every wire, so they are made again rather than compared. */
  private void repairOnce() {
    if (!repaired.get()) {
      sending.repair();
      repaired.set(true);
    }
  }

  @Override
  public Page find(Query query) {
    collect(query);
    return view.find(query);
  }

  @Override
  public List<QueueStats> stats() {
    sending.fanout().queuesOnWire().forEach(wire::gather);
    return view.stats().stream().map(this::withWire).toList();
  }

  private QueueStats withWire(QueueStats stored) {
    if (stored.queue().startsWith(Fanout.INTERNAL)) {
      return stored;
    }
    Wire.Waiting waiting = wire.waiting(stored.queue());
    Duration oldest =
        waiting.oldest().map(at -> Duration.between(at, clock.instant())).orElse(Duration.ZERO);
    return new QueueStats(
        stored.queue(),
        stored.ready() + waiting.count(),
        stored.scheduled(),
        stored.leased(),
        stored.dead(),
        oldest.compareTo(stored.oldestReady()) > 0 ? oldest : stored.oldestReady());
  }

  @Override
  public long cancel(Query query) {
    collect(query);
    return view.change(query, facet(Inspector.class)::cancel);
  }

  @Override
  public long reschedule(Query query, Instant due) {
    collect(query);
    return view.change(query, each -> facet(Inspector.class).reschedule(each, due));
  }

  /** Moves what waits on the wire and may match to the store. */
  private void collect(Query query) {
    Set<String> queues =
        query.queue().map(Set::of).orElseGet(() -> Set.copyOf(sending.fanout().queuesOnWire()));
    if (query.state().map(state -> state == io.wrkr.DeliveryState.READY).orElse(true)) {
      queues.forEach(receiving::moveToStore);
    }
  }

  @Override
  public long redrive(Query query) {
    return facet(Inspector.class).redrive(query);
  }

  @Override
  public long discard(Query query) {
    return facet(Inspector.class).discard(query);
  }

  @Override
  public boolean deleteQueue(String queue) {
    Inspector stored = facet(Inspector.class);
    boolean deleted = stored.deleteQueue(queue);
    deleted |= wire.delete(queue);
    // What was on its way from the wire to the store meanwhile.
    return stored.deleteQueue(queue) || deleted;
  }

  @Override
  public long replay(String queue, Instant from, Instant to) {
    return facet(Replay.class).replay(queue, from, to);
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    Registration stored = facet(Wakeups.class).onArrival(queue, hint);
    Registration carried = receiving.onArrival(queue, hint);
    return () -> {
      carried.close();
      stored.close();
    };
  }

  @Override
  @SuppressWarnings("unchecked") // whatever the type, it is the store's, who checks it
  public Class<Object> transactionType() {
    return facet(TransactionalPublish.class).transactionType();
  }

  @Override
  @SuppressWarnings("unchecked")
  public List<Receipt> publish(List<OutgoingEvent> events, Object transaction) {
    return facet(TransactionalPublish.class).publish(events, transaction);
  }

  private <T> T facet(Class<T> type) {
    if (type.isInstance(store)) {
      return type.cast(store);
    }
    throw new UnsupportedOperationException(
        store.getClass().getSimpleName() + " has no " + type.getSimpleName());
  }

  @Override
  public void close() {
    try {
      wire.close();
    } finally {
      store.close();
    }
  }
}
