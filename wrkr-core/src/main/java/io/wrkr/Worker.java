package io.wrkr;

import io.wrkr.QueueEngine.Handout;
import io.wrkr.QueueEngine.Hold;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of an instance that works on one queue: takes what its poller claimed, runs the
 * handlers, settles and extends.
 *
 * <p>The engine decides; this class and its poller carry out. The engine is touched under its own
 * monitor, for moments only, by the poller, the settler, the renewer and callers of the API;
 * neither the backend nor user code is called while it is held.
 */
final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration SHORTEST_UNHANDLED = Duration.ofSeconds(1);
  private static final Duration LONGEST_UNHANDLED = Duration.ofMinutes(5);

  private final Bus bus;
  private final QueueOptions options;
  private final Routes routes;
  private final Settler settler;
  private final QueueEngine engine;
  private final Runners runners;
  private final Poller poller;
  private final Set<Handling> running = ConcurrentHashMap.newKeySet();
  private final Set<DeliveryTask> open = ConcurrentHashMap.newKeySet();

  Worker(Bus bus, QueueOptions options, Routes routes, Settler settler, Executor executor) {
    this.bus = bus;
    this.options = options;
    this.routes = routes;
    this.settler = settler;
    this.engine =
        new QueueEngine(
            options.engine(bus.capabilities()), slots(), bus.random(), bus.stage().nanos());
    this.runners = new Runners(bus.stage(), executor, options.concurrency, this::wakePoller);
    this.poller = new Poller(bus, options, engine, runners, this::take);
  }

  /** What claims for this queue. */
  Poller poller() {
    return poller;
  }

  long nanos() {
    return bus.stage().nanos();
  }

  private void wakePoller() {
    poller.wake();
  }

  // ---- handing out, on the poller's thread

  private void take(Handout handout) {
    handout.giveBack().forEach(hold -> new DeliveryTask(this, hold).giveBack());
    try {
      handOut(handout.start());
    } catch (Throwable fault) {
      // Not handed out, so not to be extended either: they come back when their leases end.
      handout.start().forEach(this::forget);
      throw fault;
    }
  }

  /** Lets a lease run out. */
  void forget(Hold hold) {
    boolean roomMade;
    synchronized (engine) {
      roomMade = engine.end(hold);
    }
    if (roomMade) {
      wakePoller();
    }
  }

  private void handOut(List<Hold> holds) {
    List<Handling> handlings = new ArrayList<>(holds.size());
    Map<Route, List<DeliveryTask>> batches = new LinkedHashMap<>();
    for (Hold hold : holds) {
      DeliveryTask task = new DeliveryTask(this, hold);
      if (task.isUsedUp()) {
        continue;
      }
      Optional<Route> route = routes.match(task.name());
      if (route.isEmpty()) {
        unhandled(task);
      } else if (route.get().batch() == 1) {
        handlings.add(new Handling(this, route.get(), List.of(task)));
      } else {
        batches.computeIfAbsent(route.get(), r -> new ArrayList<>()).add(task);
      }
    }
    batches.forEach((route, tasks) -> addBatches(handlings, route, tasks));
    runners.add(handlings);
  }

  private void addBatches(List<Handling> handlings, Route route, List<DeliveryTask> tasks) {
    for (int from = 0; from < tasks.size(); from += route.batch()) {
      int to = Math.min(from + route.batch(), tasks.size());
      handlings.add(new Handling(this, route, tasks.subList(from, to)));
    }
  }

  /** Waits longer the older the delivery is: during a rolling deploy its handler will come. */
  private void unhandled(DeliveryTask task) {
    bus.notices().send(listener -> listener.unhandled(task));
    Duration age = Duration.between(task.publishedAt(), now());
    Duration wait = Durations.min(age.dividedBy(2), LONGEST_UNHANDLED);
    task.unhandled(wait.compareTo(SHORTEST_UNHANDLED) < 0 ? SHORTEST_UNHANDLED : wait);
  }

  // ---- running handlers

  void begun(Handling handling, List<DeliveryTask> tasks) {
    running.add(handling);
    if (options.manualAck) {
      open.addAll(tasks);
    }
    if (bus.notices().isWanted()) {
      tasks.forEach(task -> bus.notices().send(listener -> listener.started(task)));
    }
  }

  void ended(Handling handling) {
    running.remove(handling);
  }

  BatchHandler intercepted(Route route) {
    return Intercepted.handler(route, bus.interceptors());
  }

  @SuppressWarnings("ReferenceEquality") // Two buses may share all their parts but not be one.
  boolean isOf(Bus other) {
    return bus == other;
  }

  void tellFailed(DeliveryTask task, Throwable failure) {
    LOG.warn("The handler of {} failed: {}", task, Failures.summary(failure));
    LOG.debug("The handler of {} failed", task, failure);
    bus.notices().send(listener -> listener.failed(task, failure));
  }

  // ---- what deliveries ask for

  Event received(ClaimedDelivery claimed) {
    Event event = Event.received(claimed.event(), bus.codec());
    return Headers.incoming(event, claimed.event().headers());
  }

  OutgoingEvent encodeFollowUp(Event event, String id) {
    return bus.encoder().encodeFollowUp(event, id);
  }

  boolean isManual() {
    return options.manualAck;
  }

  RetryPolicy policy() {
    return options.retry;
  }

  Archive archive() {
    return options.archive;
  }

  Optional<Duration> waitAfter(int attempt) {
    return options.retry.waitAfter(attempt, bus.random().nextDouble());
  }

  Instant now() {
    return bus.wall().instant();
  }

  void requireRetryDelay(String what, Duration after) {
    Durations.requireNotNegative(what + " delay", after);
    if (!after.isZero()) {
      bus.require(Capability.RETRY_DELAY, "A " + what + " after " + after);
    }
  }

  // ---- settling

  void settleLater(DeliveryTask task, Settlement settlement) {
    task.hold().settling();
    settler.submit(settlement, (result, failure) -> settled(task, settlement, result, failure));
  }

  /** Settles and waits for the store's answer. */
  boolean settleNow(DeliveryTask task, Settlement settlement) {
    CompletableFuture<Supplier<Boolean>> answer = new CompletableFuture<>();
    task.hold().settling();
    settler.submit(
        settlement,
        (result, failure) -> {
          settled(task, settlement, result, failure);
          answer.complete(() -> Settler.answer(task.toString(), result, failure));
        });
    return settler.await(answer).get();
  }

  private void settled(
      DeliveryTask task,
      Settlement settlement,
      Settler.Result result,
      @Nullable Throwable failure) {
    forget(task.hold());
    if (options.manualAck) {
      open.remove(task);
      wakePoller();
    }
    if (settlement instanceof Settlement.Ack ack && !ack.followUps().isEmpty()) {
      options.arrived.run();
    } else if (mayFreeAnother(task, settlement)) {
      poller.hint();
    }
    if (failure != null) {
      bus.notices().fault("settle " + task.id(), failure);
    }
    if (bus.notices().isWanted()) {
      var outcome = DeliveryTask.outcome(settlement);
      bus.notices().send(listener -> Settler.tell(listener, task, outcome, result, failure));
    }
  }

  /**
   * What was given back may be due at once, and the end of a tid's first lets its next one come.
   */
  private boolean mayFreeAnother(DeliveryTask task, Settlement settlement) {
    return !(settlement instanceof Settlement.Ack) || (options.ordered && task.tid().isPresent());
  }

  // ---- leases and time limits, on the renewer's thread

  /** Extends what is due for it and enforces the time limit; returns how long to wait. */
  long renew(boolean all) {
    long now = nanos();
    List<Lease> leases;
    synchronized (engine) {
      leases = engine.toExtend(now, all);
    }
    int chunk = bus.capabilities().maxBatch();
    for (int from = 0; from < leases.size(); from += chunk) {
      extend(leases.subList(from, Math.min(from + chunk, leases.size())), options.lease);
    }
    enforceTimeout(now);
    synchronized (engine) {
      long wait = engine.untilExtension(nanos());
      return options.timeout.isZero() ? wait : Math.min(wait, options.timeout.toNanos() / 10);
    }
  }

  /** Tells whether there is nothing to extend, nor will be while no handler runs. */
  boolean holdsNothing() {
    synchronized (engine) {
      return engine.heldCount() == 0 && !options.manualAck;
    }
  }

  boolean extend(Hold hold, Duration lease) {
    Durations.requirePositive("lease", lease);
    options.requireLease(bus, lease);
    return bus.calls()
        .idempotent(
            "Extending the lease of " + hold.lease().eventId(),
            () -> extend(List.of(hold.lease()), lease).isEmpty());
  }

  /** Extends the leases and returns the lost ones. */
  private List<Hold> extend(List<Lease> leases, Duration lease) {
    long sentAt = nanos();
    List<Lease> kept = bus.backend().extend(leases, lease);
    List<Hold> lost;
    synchronized (engine) {
      lost = engine.extended(leases, kept, lease, sentAt);
    }
    lost.forEach(this::tellLost);
    return lost;
  }

  private void tellLost(Hold hold) {
    open.removeIf(task -> task.hold() == hold);
    DeliveryTask task = new DeliveryTask(this, hold);
    bus.notices().send(listener -> listener.lost(task));
  }

  private void enforceTimeout(long now) {
    if (options.timeout.isZero()) {
      return;
    }
    for (Handling handling : running) {
      if (handling.elapsed(now) > options.timeout.toNanos()) {
        handling.timeOut(new TimeoutException("the handler ran longer than " + options.timeout));
      }
    }
  }

  // ---- control

  /** Takes over a changed concurrency, or a new batch handler. */
  void resize() {
    synchronized (engine) {
      engine.slots(slots());
    }
    runners.concurrency(options.concurrency);
    poller.wake();
  }

  private int slots() {
    return Math.multiplyExact(options.concurrency, routes.largestBatch());
  }

  // ---- stopping: claim nothing more, give back what has not begun, wait, break off the rest

  void stopClaiming(Duration limit) {
    poller.stop(limit);
    giveBackWaiting();
  }

  private void giveBackWaiting() {
    for (Runners.Task task = runners.takeBack(); task != null; task = runners.takeBack()) {
      ((Handling) task).deliveries().forEach(DeliveryTask::giveBack);
    }
  }

  boolean isFinished() {
    boolean idle = runners.isIdle();
    synchronized (engine) {
      return idle && (!options.manualAck || engine.heldCount() == 0);
    }
  }

  void breakOff() {
    giveBackWaiting();
    running.forEach(Handling::breakOff);
    open.forEach(DeliveryTask::giveBack);
  }
}
