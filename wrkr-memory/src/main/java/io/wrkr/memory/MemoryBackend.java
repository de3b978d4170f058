package io.wrkr.memory;

import io.wrkr.DeliveryInfo;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.Backend;
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
import io.wrkr.spi.Wakeups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;

/**
 * The reference backend: keeps everything in memory, loses it when the last instance is closed.
 *
 * <p>Thread-safe. This is the contract in its shortest form; every other backend behaves like it:
 *
 * <ol>
 *   <li><b>One lock.</b> A call holds the store's monitor from its first read to its last write, so
 *       every call is atomic and the order of calls is one line. Nothing waits inside it.
 *   <li><b>One clock.</b> Now is read once in each call, inside the lock, from the store's clock.
 *   <li><b>Publish</b> looks up the queues that have a matching pattern and gives each one
 *       delivery, unless it has one of this id or ended one within its dedupe window. Sequence
 *       numbers count deliveries up in the order of publishing.
 *   <li><b>Claim</b> takes the first candidates by (due, sequence) whose due instant is not after
 *       now, and sets due = now + lease, attempt + 1, and a token from a counter of the store: no
 *       token is ever used twice, not even for a later delivery of the same event id.
 *   <li><b>Candidates</b> are all live deliveries of a queue; on an ordered one, of each tid only
 *       the head: the one that was ever claimed, else the first by (original due, sequence). A dead
 *       head is no candidate and lets nobody past.
 *   <li><b>Extend and settle</b> do something only where the delivery is leased and the token is
 *       that of the latest claim. An ack removes the delivery and publishes the follow-ups; a retry
 *       sets due to now + wait; a release as well, and takes the attempt back; a dead letter stays,
 *       but is no candidate.
 *   <li><b>What ends</b> (ack, cancel, discard) leaves a dedupe record until now + window, and an
 *       ack leaves the delivery in the archive if it is asked to; prune forgets both when they are
 *       over.
 *   <li><b>Cancel and reschedule</b> take what is neither leased nor dead; an ended lease that
 *       nobody took over counts as none, and its token is refused from then on.
 *   <li><b>Hints</b> are collected under the lock and given after it, to everybody who listens.
 * </ol>
 *
 * <p>Due instants are kept exactly. Claims, extends and settles take O(log n) of the queue's
 * deliveries; {@link #find} looks at all of them.
 */
public final class MemoryBackend implements Backend, Inspector, Replay, Wakeups, Clocked, Intake {
  private static final Capabilities CAPABILITIES =
      Capabilities.of(
          EnumSet.complementOf(
              EnumSet.of(Capability.PERSISTENT, Capability.CRASH_SAFE, Capability.TX_JOIN)));

  private final MemoryStore store;
  private final Runnable onClose;

  /** Guarded by the store's monitor. */
  private boolean closed;

  MemoryBackend(MemoryStore store, Runnable onClose) {
    this.store = store;
    this.onClose = onClose;
  }

  /** Returns an instance with a store of its own. */
  public static MemoryBackend create() {
    return new MemoryBackend(new MemoryStore(), () -> {});
  }

  /** Returns an instance with a store of its own that goes by the given clock. */
  public static MemoryBackend create(InstantSource clock) {
    MemoryBackend backend = create();
    backend.useClock(clock);
    return backend;
  }

  /**
   * Returns an instance on the store of this name, which all instances of the name in this process
   * share. It goes when the last of them is closed.
   */
  public static MemoryBackend sharing(String name) {
    return SharedStores.open(name);
  }

  /**
   * Judges by the given clock from now on. A store has one clock, the first it is given; that
   * another instance gives another one changes nothing.
   */
  @Override
  public void useClock(InstantSource clock) {
    locked(store -> store.useClock(clock));
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    locked(store -> store.subscribe(subscription, ordered));
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return locked(store -> store.unsubscribe(subscription));
  }

  @Override
  public List<Subscription> subscriptions() {
    return locked(MemoryStore::subscriptions);
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    return locked(store -> store.publish(events));
  }

  @Override
  public Claims claim(ClaimRequest request) {
    return locked(store -> store.claim(request));
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return locked(store -> store.extend(leases, lease));
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    return locked(store -> store.settle(settlements));
  }

  @Override
  public int prune(int max) {
    return locked(store -> store.prune(max));
  }

  @Override
  public Page find(Query query) {
    return locked(store -> store.find(query));
  }

  @Override
  public List<QueueStats> stats() {
    return locked(MemoryStore::stats);
  }

  @Override
  public long cancel(Query query) {
    return locked(store -> store.cancel(query));
  }

  @Override
  public long reschedule(Query query, Instant due) {
    return locked(store -> store.reschedule(query, due));
  }

  @Override
  public long redrive(Query query) {
    return locked(store -> store.redrive(query));
  }

  @Override
  public long discard(Query query) {
    return locked(store -> store.discard(query));
  }

  @Override
  public boolean deleteQueue(String queue) {
    return locked(store -> store.deleteQueue(queue));
  }

  @Override
  public long replay(String queue, Instant from, Instant to) {
    return locked(store -> store.replay(queue, from, to));
  }

  @Override
  public void accept(String queue, List<Arrival> arrivals) {
    locked(store -> store.accept(queue, arrivals));
  }

  @Override
  public List<ClaimedDelivery> take(String queue, List<Arrival> arrivals, Duration lease) {
    return locked(store -> store.take(queue, arrivals, lease));
  }

  /** Returns what {@link io.wrkr.Archive#move} moved out of the queue's sight, as published. */
  public List<DeliveryInfo> history(String queue) {
    return locked(store -> store.history(queue));
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    Arrivals.Listener listener = new Arrivals.Listener(this, queue, hint);
    locked(store -> store.arrivals.add(listener));
    return () -> {
      synchronized (store) {
        store.arrivals.remove(listener);
      }
    };
  }

  @Override
  public void close() {
    synchronized (store) {
      if (closed) {
        return;
      }
      closed = true;
      store.arrivals.removeAll(this);
    }
    onClose.run();
  }

  private <T> T locked(Function<MemoryStore, T> step) {
    T result;
    List<Runnable> hints;
    synchronized (store) {
      if (closed) {
        throw new IllegalStateException(
            "This MemoryBackend is closed: open another, by MemoryBackend.sharing for its store");
      }
      result = step.apply(store);
      hints = store.arrivals.hints();
    }
    hints.forEach(MemoryBackend::give);
    return result;
  }

  private static void give(Runnable hint) {
    try {
      hint.run();
    } catch (RuntimeException e) {
      // A hint is never the truth: a broken one must not make what was stored look refused.
    }
  }
}
