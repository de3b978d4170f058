package io.wrkr.verify;

import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.verify.Faults.Fate;
import io.wrkr.verify.SimulatedInstance.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole bus in one thread under virtual time: instances with the real engine, publishers, and a
 * store behind links that lose, repeat, delay and refuse. All follows from the seed; what happened
 * is recorded and checked like any other history.
 */
final class Simulation {
  /**
   * How a simulation went.
   *
   * @param trace equal for equal seeds
   * @param steps how many tasks ran
   * @param virtualMicros how much time went by in it
   */
  record Result(
      Knobs knobs,
      long trace,
      long steps,
      long virtualMicros,
      Verdict verdict,
      Sometimes.Counts sometimes) {}

  private static final List<String> QUEUES = List.of("work", "extra");
  private static final List<String> NAMES = List.of("shop.paid", "shop.sent", "log.x");
  private static final long PUBLISH_PATIENCE = 5_000 * Knobs.MILLI;
  private static final int FOLLOW_UPS = 100;

  private final Knobs knobs;
  private final SplittableRandom random;
  private final EventLoop loop;
  private final Backend store;
  private final Faults faults;
  private final MemoryJournal journal = new MemoryJournal();
  private final Recorder observer;
  private final Link calmLink;
  private final List<SimulatedInstance> instances = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final Sometimes.Counts sometimes = new Sometimes.Counts();
  private final long busyUntil;
  private final int queues;
  private int processes;
  private boolean calm;

  private Simulation(Knobs knobs, BiFunction<EventLoop, Knobs, Backend> makeStore) {
    this.knobs = knobs;
    random = new SplittableRandom(knobs.seed() * 31 + 7);
    loop = new EventLoop(random.split());
    store = makeStore.apply(loop, knobs);
    faults = new Faults(random.split(), knobs.faults(), knobs.latency());
    observer = new Recorder(journal, loop, 0);
    calmLink = new Link(loop, store, new Faults(random.split(), 0, 8), new Host(loop), observer);
    busyUntil = 50 * Knobs.MILLI + (long) (knobs.lease() * random.nextDouble() * 6);
    queues = 1 + random.nextInt(3) / 2;
  }

  /** Runs the simulation of these knobs over the stores that are to keep the contract. */
  static Result run(Knobs knobs) {
    return run(knobs, Simulation::store);
  }

  /** Runs the simulation of these knobs over a store. */
  static Result run(Knobs knobs, BiFunction<EventLoop, Knobs, Backend> makeStore) {
    return new Simulation(knobs, makeStore).run();
  }

  private static Backend store(EventLoop loop, Knobs knobs) {
    return knobs.memory()
        ? MemoryBackend.create(loop.storeClock())
        : new ReferenceStore(loop.storeClock());
  }

  private Result run() {
    begin();
    loop.runUntil(busyUntil);
    heal();
    loop.runUntil(loop.now() + 2 * PUBLISH_PATIENCE + 100L * knobs.latency());
    long deadline = loop.now() + 200 * knobs.lease() + 120_000 * Knobs.MILLI;
    while (loop.now() < deadline && !isDrained()) {
      loop.runUntil(loop.now() + Math.max(knobs.lease() / 2, 100 * Knobs.MILLI));
    }
    instances.forEach(instance -> instance.host().crash());
    loop.runUntil(loop.now() + 200L * knobs.latency() + 20_000 * Knobs.MILLI);
    end();
    History history = HistoryLoader.of(journal);
    count(history);
    Verdict verdict = Checker.check(history);
    return new Result(knobs, trace(), loop.steps(), loop.now(), verdict, sometimes);
  }

  private long trace() {
    for (int i = 0; i < journal.records(); i++) {
      for (int word = 0; word < Entry.WORDS; word++) {
        loop.note(journal.word(i, word));
      }
    }
    return loop.trace();
  }

  // ---- beginning and end

  private void begin() {
    sampleClock();
    for (int i = 0; i < queues; i++) {
      observer.configured(QUEUES.get(i), knobs.maxAttempts(), knobs.ordered(), 0);
      calmLink.subscribe(
          new Subscription(QUEUES.get(i), i == 0 ? "shop.#" : "*.sent"),
          knobs.ordered(),
          any -> {});
    }
    loop.runUntil(Knobs.MILLI);
    for (int i = 0; i < knobs.instances(); i++) {
      addInstance();
    }
    Host publisher = new Host(loop);
    Link link = link(publisher, new Recorder(journal, loop, ++processes));
    for (int i = 1; i <= knobs.events(); i++) {
      long number = i;
      loop.after(random.nextLong(busyUntil), () -> publish(publisher, link, number));
      if (random.nextInt(6) == 0) {
        loop.after(random.nextLong(busyUntil), () -> meddle(link, number));
      }
    }
    for (int i = 0; i < knobs.disturbances(); i++) {
      loop.after(random.nextLong(busyUntil), this::disturb);
    }
  }

  private void addInstance() {
    Host host = new Host(loop);
    Recorder recorder = new Recorder(journal, loop, ++processes);
    Link link = link(host, recorder);
    World world = new World(loop, knobs, sometimes, this::followUp);
    for (int i = 0; i < queues; i++) {
      instances.add(
          new SimulatedInstance(world, QUEUES.get(i), host, link, recorder, random.split()));
    }
  }

  private Link link(Host host, Recorder recorder) {
    Link link = new Link(loop, store, faults, host, recorder);
    links.add(link);
    return link;
  }

  /** Ends all faults: whoever is paused goes on, one new instance comes, handlers succeed. */
  private void heal() {
    calm = true;
    faults.stop();
    observer.healed();
    instances.forEach(instance -> instance.host().resume());
    addInstance();
    instances.forEach(SimulatedInstance::calm);
  }

  /** Repairs dead letters, so that they park nobody, and looks whether anything is left. */
  private boolean isDrained() {
    Inspector inspector = (Inspector) store;
    Query dead = Query.all().state(DeliveryState.DEAD).limit(Query.MAX_LIMIT);
    inspector
        .find(dead)
        .deliveries()
        .forEach(
            info -> {
              Query exact = Query.all().queue(info.queue()).eventId(info.eventId());
              if (random.nextInt(3) == 0) {
                calmLink.discard(exact, any -> {});
              } else {
                calmLink.redrive(exact, any -> {});
              }
            });
    long pending = 0;
    for (QueueStats stats : inspector.stats()) {
      pending += stats.ready() + stats.scheduled() + stats.leased() + stats.dead();
    }
    return pending == 0;
  }

  private void end() {
    Inspector inspector = (Inspector) store;
    var found = inspector.find(Query.all().limit(Query.MAX_LIMIT)).deliveries();
    observer.snapshot(observer.now(), found, true);
    observer.counted(observer.now(), inspector.stats());
  }

  private void sampleClock() {
    observer.clock(observer.now(), loop.storeClock().instant());
  }

  // ---- publishing

  private void publish(Host host, Link link, long number) {
    List<OutgoingEvent> events = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      events.add(event(EventKeys.id(1, number + i * 1_000L)));
    }
    send(host, link, events, loop.now(), 5 * Knobs.MILLI);
    if (random.nextInt(10) == 0) {
      sometimes.hit(Sometimes.SAME_ID_PUBLISHED_AGAIN);
      host.after(random.nextLong(busyUntil), () -> link.publish(events, any -> {}));
    }
  }

  /** Publishes as the core does: repeats under the same ids while its patience lasts. */
  private void send(Host host, Link link, List<OutgoingEvent> events, long since, long wait) {
    link.publish(
        events,
        answer -> {
          if (answer.value() != null) {
            instances.get(random.nextInt(instances.size())).hint();
          } else if (loop.now() - since > PUBLISH_PATIENCE || random.nextInt(10) == 0) {
            sometimes.hit(Sometimes.PUBLISH_GIVEN_UP);
          } else {
            sometimes.hit(Sometimes.PUBLISH_REPEATED);
            host.after(wait, () -> send(host, link, events, since, 2 * wait));
          }
        });
  }

  private OutgoingEvent event(String id) {
    long number = EventKeys.key(id);
    long mixed = (number * 0x9E3779B97F4A7C15L) >>> 20;
    Optional<String> tid =
        mixed % 5 == 0 ? Optional.empty() : Optional.of("t" + mixed % knobs.tids());
    Payload payload = new Payload(Payload.JSON, new byte[] {(byte) number});
    StoredEvent event =
        new StoredEvent(id, NAMES.get((int) (mixed % NAMES.size())), tid, payload, Map.of());
    return new OutgoingEvent(event, due(mixed), Duration.ofDays(7));
  }

  private Due due(long mixed) {
    long micros = mixed % (2 * knobs.lease());
    return switch ((int) (mixed % 6)) {
      case 0 -> new Due.After(Duration.ofMillis(micros / 1_000));
      case 1 -> new Due.At(EventLoop.EPOCH.plusMillis(micros / 1_000));
      default -> Due.NOW;
    };
  }

  private @Nullable OutgoingEvent followUp(ClaimedDelivery delivery) {
    long key = EventKeys.key(delivery.event().id());
    boolean follows = key >>> 40 == 1 && key % 4 == 0 && delivery.lease().queue().equals("work");
    return follows ? event(EventKeys.id(FOLLOW_UPS, key & 0xffff_ffffL)) : null;
  }

  /** Cancels, moves, or counts. */
  private void meddle(Link link, long number) {
    String queue = QUEUES.get(random.nextInt(queues));
    Query query = Query.all().queue(queue).eventId(EventKeys.id(1, number));
    switch (random.nextInt(5)) {
      case 0, 1 -> link.cancel(query, any -> {});
      case 2 -> {
        long later = random.nextLong(1 + knobs.lease() / 1_000);
        link.reschedule(query, loop.storeClock().instant().plusMillis(later), any -> {});
      }
      case 3 -> link.redrive(query, any -> {});
      default -> link.stats();
    }
  }

  // ---- disturbances

  private void disturb() {
    if (calm) {
      return;
    }
    SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> crash(instance);
      case 2, 3 -> pause(instance);
      case 4 -> moveClock();
      case 5 -> instance.changeConcurrency(1 + random.nextInt(8));
      case 6 -> instance.pauseQueue(random.nextLong(1 + knobs.lease()));
      default -> {
        if (random.nextBoolean()) {
          instance.stop();
          addInstance();
        } else {
          resubscribe();
        }
      }
    }
  }

  private void crash(SimulatedInstance instance) {
    if (!instance.host().isAlive()) {
      return;
    }
    sometimes.hit(
        instance.isHandling()
            ? Sometimes.INSTANCE_CRASHED_UNDER_HANDLER
            : Sometimes.INSTANCE_CRASHED_IDLE);
    observer.crashed();
    instance.host().crash();
    loop.after(random.nextLong(knobs.lease()), this::addInstance);
  }

  private void pause(SimulatedInstance instance) {
    Host host = instance.host();
    long time = random.nextLong(3 * knobs.lease());
    sometimes.hit(Sometimes.INSTANCE_PAUSED);
    if (time > knobs.lease() && instance.isHolding()) {
      sometimes.hit(Sometimes.INSTANCE_PAUSED_BEYOND_LEASE);
    }
    host.pause();
    loop.after(time, host::resume);
  }

  private void moveClock() {
    boolean back = random.nextInt(3) == 0;
    long micros = (1 + random.nextLong(2 * knobs.lease())) * (back ? -1 : 1);
    sometimes.hit(back ? Sometimes.STORE_CLOCK_BACK : Sometimes.STORE_CLOCK_FORWARD);
    if (instances.stream().anyMatch(SimulatedInstance::isHolding)) {
      sometimes.hit(Sometimes.STORE_CLOCK_MOVED_UNDER_LEASE);
    }
    long fault = observer.faultStarted(StoreClock.FAULT);
    loop.moveStoreClock(micros);
    observer.faultStopped(fault);
    sampleClock();
  }

  private void resubscribe() {
    Subscription logs = new Subscription("work", "log.*");
    Link link = links.get(random.nextInt(links.size()));
    sometimes.hit(Sometimes.SUBSCRIBED_WHILE_RUNNING);
    link.subscribe(logs, knobs.ordered(), any -> {});
    loop.after(
        random.nextLong(knobs.lease()),
        () -> {
          sometimes.hit(Sometimes.UNSUBSCRIBED_WHILE_PUBLISHING);
          link.unsubscribe(logs, any -> {});
        });
  }

  // ---- counting

  private void count(History history) {
    for (Link link : links) {
      link.fates().forEach(this::countFate);
    }
    for (int row = 0; row < history.rows; row++) {
      boolean yes = history.yes(row);
      switch (history.op[row]) {
        case PUB -> hitIf(history.has(row, Entry.DUPLICATE), Sometimes.PUBLISH_DUPLICATE_ANSWERED);
        case CANCEL -> hitIf(history.ok(row), yes ? Sometimes.CANCEL_WON : Sometimes.CANCEL_LOST);
        case REDRIVE -> hitIf(yes, Sometimes.DEAD_LETTER_REDRIVEN);
        case DISCARD -> hitIf(yes, Sometimes.DEAD_LETTER_DISCARDED);
        case DEAD ->
            hitIf(
                yes && knobs.ordered() && knobs.tids() == 1, Sometimes.DEAD_HEAD_PARKED_FOLLOWERS);
        default -> {}
      }
    }
  }

  private void countFate(Fate fate, int times) {
    switch (fate) {
      case DONE -> {}
      case REFUSED -> sometimes.hit(Sometimes.CALL_REFUSED);
      case REQUEST_LOST -> sometimes.hit(Sometimes.REQUEST_LOST);
      case ANSWER_LOST -> sometimes.hit(Sometimes.ANSWER_LOST);
      case LATE -> sometimes.hit(Sometimes.CALL_APPLIED_LATE);
      case TWICE -> sometimes.hit(Sometimes.CALL_APPLIED_TWICE);
      case HALF -> sometimes.hit(Sometimes.BATCH_HALF_DONE);
    }
  }

  private void hitIf(boolean condition, Sometimes what) {
    if (condition) {
      sometimes.hit(what);
    }
  }
}
