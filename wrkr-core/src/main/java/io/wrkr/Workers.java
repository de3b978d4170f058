package io.wrkr;

import io.wrkr.spi.Capability;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wakeups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one instance and the threads they share: settler, renewer, housekeeper. Its
 * monitor guards starting and stopping; it is not held while handlers are waited for.
 */
final class Workers {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final Duration THREAD_LIMIT = Duration.ofSeconds(5);

  private final Bus bus;
  private final @Nullable Executor usersExecutor;
  private final Runnable regularly;
  private final Runnable requireOpen;
  private final Set<Pending> pending = new LinkedHashSet<>();
  private final Set<Queue> paused = ConcurrentHashMap.newKeySet();
  private final Map<Queue, Worker> workers = new ConcurrentHashMap<>();
  private final Set<Queue> queues = new LinkedHashSet<>();
  private volatile @Nullable Session session;

  private record Pending(Queue queue, Subscription subscription) {}

  /** What exists between start and stop. */
  private record Session(
      Settler settler,
      LeaseRenewer renewer,
      Housekeeper housekeeper,
      Executor executor,
      @Nullable ExecutorService own,
      List<Registration> hints) {}

  /** Creates workers; {@code regularly} is called by the housekeeper when it starts and again. */
  Workers(Bus bus, @Nullable Executor usersExecutor, Runnable regularly, Runnable requireOpen) {
    this.bus = bus;
    this.usersExecutor = usersExecutor;
    this.regularly = regularly;
    this.requireOpen = requireOpen;
  }

  // ---- subscriptions

  void subscribe(Queue queue, Subscription subscription) {
    requireOpen.run();
    synchronized (this) {
      if (session == null) {
        pending.add(new Pending(queue, subscription));
        return;
      }
    }
    store(new Pending(queue, subscription));
  }

  /** Stores a subscription at once, also before the start. */
  void store(Queue queue, Subscription subscription) {
    store(new Pending(queue, subscription));
  }

  private void store(Pending wish) {
    bus.calls()
        .idempotent(
            "Subscribing " + wish.subscription,
            () -> {
              bus.backend().subscribe(wish.subscription, wish.queue.options().ordered);
              return true;
            });
  }

  // ---- start and stop

  synchronized void start() {
    if (session != null) {
      return;
    }
    for (Pending wish : List.copyOf(pending)) {
      store(wish);
      pending.remove(wish);
    }
    ExecutorService own = usersExecutor == null ? HandlerThreads.create() : null;
    session =
        new Session(
            new Settler(bus.backend(), bus.stage()),
            new LeaseRenewer(workers::values, bus.notices(), bus.stage()),
            new Housekeeper(bus, regularly),
            own == null ? Objects.requireNonNull(usersExecutor) : own,
            own,
            new ArrayList<>());
    queues.forEach(this::startWorker);
    LOG.info("{} works on {}", bus.name(), queues.stream().map(Queue::name).toList());
  }

  synchronized void ensureWorker(Queue queue) {
    queues.add(queue);
    if (session != null) {
      startWorker(queue);
    }
  }

  private void startWorker(Queue queue) {
    Session now = Objects.requireNonNull(session);
    Worker known = workers.get(queue);
    if (known != null) {
      known.resize();
      return;
    }
    Worker worker = new Worker(bus, queue.options(), queue.routes(), now.settler, now.executor);
    workers.put(queue, worker);
    worker.poller().paused(paused.contains(queue));
    if (bus.capabilities().has(Capability.WAKE) && bus.backend() instanceof Wakeups wakeups) {
      now.hints.add(wakeups.onArrival(queue.name(), worker.poller()::hint));
    }
    worker.poller().start();
    now.renewer.wake();
  }

  /** Returns whether all handlers finished within the grace period. */
  boolean stop(Duration grace) {
    Session ended;
    synchronized (this) {
      ended = session;
      session = null;
    }
    if (ended == null) {
      return true;
    }
    long end = bus.stage().nanos() + grace.toNanos();
    ended.hints.forEach(this::close);
    List<Worker> all = List.copyOf(workers.values());
    all.forEach(worker -> worker.stopClaiming(THREAD_LIMIT));
    boolean finished = await(all, end);
    all.forEach(Worker::breakOff);
    end(ended);
    workers.clear();
    LOG.info("{} stopped{}", bus.name(), finished ? "" : "; what still ran was given back");
    return finished;
  }

  private void close(Registration hint) {
    try {
      hint.close();
    } catch (RuntimeException e) {
      bus.notices().fault("stop hints", e);
    }
  }

  private boolean await(List<Worker> all, long end) {
    Duration left = Duration.ofNanos(Math.max(0, end - bus.stage().nanos()));
    return bus.stage().until(left, () -> all.stream().allMatch(Worker::isFinished));
  }

  private void end(Session ended) {
    ended.settler.close(Settler.PATIENCE.plus(THREAD_LIMIT));
    ended.renewer.close(THREAD_LIMIT);
    ended.housekeeper.close(THREAD_LIMIT);
    if (ended.own != null) {
      ended.own.shutdown();
    }
  }

  // ---- control

  boolean works(Queue queue) {
    return workers.containsKey(queue);
  }

  void arrived(Collection<String> names) {
    for (Map.Entry<Queue, Worker> each : workers.entrySet()) {
      if (names.contains(each.getKey().name())) {
        each.getValue().poller().hint();
      }
    }
  }

  /** Deliveries were stored in a transaction that will be committed at some time to come. */
  void expect(List<Receipt> receipts) {
    for (Map.Entry<Queue, Worker> each : workers.entrySet()) {
      if (receipts.stream().anyMatch(receipt -> receipt.queues().contains(each.getKey().name()))) {
        each.getValue().poller().expect();
      }
    }
  }

  void hintAll() {
    workers.values().forEach(worker -> worker.poller().hint());
  }

  /** A clock of the test's own was moved. */
  void clockMoved() {
    Session now = session;
    if (now != null) {
      now.renewer.extendAll();
      now.housekeeper.wake();
      hintAll();
    }
  }

  void paused(Queue queue, boolean pause) {
    boolean changed = pause ? paused.add(queue) : paused.remove(queue);
    Worker worker = workers.get(queue);
    if (changed && worker != null) {
      worker.poller().paused(pause);
    }
  }

  void resize(Queue queue) {
    Worker worker = workers.get(queue);
    if (worker != null) {
      worker.resize();
    }
  }
}
