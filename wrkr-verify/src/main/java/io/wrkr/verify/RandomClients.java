package io.wrkr.verify;

import io.wrkr.Archive;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Processes that call a store at random, correctly but without plan, under virtual time and faults.
 *
 * <p>They exercise store and checker, not the engine: publish, claim, settle, extend, cancel and so
 * on come in any order the interface allows. Everything follows from the seed.
 */
final class RandomClients {
  private static final List<String> NAMES = List.of("shop.order.paid", "shop.order.sent", "log.x");
  private static final List<String> QUEUES = List.of("plain", "ordered");
  private static final int MAX_ATTEMPTS = 3;
  private static final int FOLLOW_UPS = 100;
  private static final long MILLI = 1_000;
  private static final long WINDOW_SECONDS = 60;

  private final SplittableRandom random;
  private final EventLoop loop;
  private final Backend store;
  private final Faults faults;
  private final MemoryJournal journal = new MemoryJournal();
  private final List<Client> clients = new ArrayList<>();
  private final List<String> known = new ArrayList<>();
  private final Recorder observer;
  private final long lease;
  private final long busyUntil;
  private long sequence;
  private int processes;

  RandomClients(long seed, Function<EventLoop, Backend> makeStore) {
    random = new SplittableRandom(seed);
    loop = new EventLoop(random.split());
    store = makeStore.apply(loop);
    double odds = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
    int latency = 1 << random.nextInt(14);
    faults = new Faults(random.split(), odds, Math.max(8, latency));
    observer = new Recorder(journal, loop, 0);
    lease = (10 + random.nextInt(500)) * MILLI;
    busyUntil = (50 + random.nextInt(300)) * MILLI;
  }

  /** Runs everything and returns what was recorded. */
  MemoryJournal run() {
    begin();
    loop.runUntil(busyUntil);
    faults.stop();
    observer.healed();
    if (random.nextBoolean()) {
      loop.runUntil(busyUntil + 100 * MILLI);
    }
    clients.forEach(client -> client.stopping = true);
    loop.runUntil(busyUntil + 100 * lease + 60_000 * MILLI);
    end();
    return journal;
  }

  EventLoop loop() {
    return loop;
  }

  private void begin() {
    sampleClock();
    for (String queue : QUEUES) {
      observer.configured(queue, MAX_ATTEMPTS, queue.equals("ordered"), 0);
    }
    Link calm = new Link(loop, store, new Faults(random, 0, 8), new Host(loop), observer);
    calm.subscribe(new Subscription("plain", "#"), false, any -> {});
    calm.subscribe(new Subscription("ordered", "shop.*.*"), true, any -> {});
    loop.runUntil(MILLI);
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      clients.add(new Client());
    }
    recur();
  }

  /** A recurrence, kept by whoever writes the history: as the checker sees it, not the product. */
  private void recur() {
    for (int i = 0; i < 3; i++) {
      Instant nominal = EventLoop.EPOCH.plusSeconds(i);
      observer.fireExpected("each second", nominal);
      observer.fired("each second", nominal, EventKeys.id(99, 1 + i));
    }
  }

  private void sampleClock() {
    long begun = observer.now();
    observer.clock(begun, loop.storeClock().instant());
  }

  private void moveClock() {
    long fault = observer.faultStarted(StoreClock.FAULT);
    loop.moveStoreClock((random.nextInt(4_000) - 1_000) * MILLI);
    observer.faultStopped(fault);
    sampleClock();
  }

  private void end() {
    Inspector inspector = (Inspector) store;
    long begun = observer.now();
    observer.snapshot(
        begun, inspector.find(Query.all().limit(Query.MAX_LIMIT)).deliveries(), false);
    begun = observer.now();
    observer.counted(begun, inspector.stats());
  }

  /** One process. */
  private final class Client {
    private Host host = new Host(loop);
    private Recorder recorder = new Recorder(journal, loop, ++processes);
    private Link link = new Link(loop, store, faults, host, recorder);
    private final List<ClaimedDelivery> held = new ArrayList<>();
    private boolean stopping;

    Client() {
      next();
    }

    private void next() {
      host.after(1 + random.nextInt((int) (20 * MILLI)), this::act);
    }

    private void act() {
      if (stopping) {
        return;
      }
      int choice = random.nextInt(100);
      if (choice < 25) {
        link.publish(events(), any -> {});
      } else if (choice < 65) {
        claim();
      } else if (choice < 72) {
        extend();
      } else if (choice < 87) {
        change(choice);
      } else if (choice < 93) {
        link.stats();
      } else if (choice < 95) {
        link.prune(1 + random.nextInt(20), any -> {});
      } else {
        disturb(choice);
      }
      next();
    }

    private void disturb(int choice) {
      Subscription extra = new Subscription("plain", random.nextBoolean() ? "log.x" : "shop.#");
      switch (choice) {
        case 95 -> link.subscribe(extra, false, any -> {});
        case 96 -> link.unsubscribe(extra, any -> {});
        case 97 -> {
          if (random.nextInt(4) == 0) {
            moveClock();
          }
        }
        case 98 -> {
          if (random.nextInt(3) == 0) {
            crash();
          }
        }
        default -> {
          host.pause();
          Host paused = host;
          loop.after(random.nextInt((int) (3 * lease)), paused::resume);
        }
      }
    }

    private void crash() {
      recorder.crashed();
      host.crash();
      held.clear();
      host = new Host(loop);
      recorder = new Recorder(journal, loop, ++processes);
      link = new Link(loop, store, faults, host, recorder);
    }

    private List<OutgoingEvent> events() {
      List<OutgoingEvent> events = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        events.add(event());
      }
      return events;
    }

    private OutgoingEvent event() {
      if (!known.isEmpty() && random.nextInt(8) == 0) {
        return outgoing(known.get(random.nextInt(known.size())));
      }
      String id = EventKeys.id(1, ++sequence);
      known.add(id);
      return outgoing(id);
    }

    private OutgoingEvent outgoing(String id) {
      long number = EventKeys.key(id);
      int kind = (int) (number % 7);
      String name = NAMES.get((int) (number % NAMES.size()));
      Optional<String> tid = kind == 0 ? Optional.empty() : Optional.of("t" + number % 3);
      Payload payload = new Payload(Payload.JSON, new byte[] {(byte) number});
      Due due =
          switch (kind) {
            case 1, 2 -> new Due.After(Duration.ofMillis(number * 37 % 700));
            case 3 -> new Due.At(EventLoop.EPOCH.plusMillis(number * 53 % 3_000));
            default -> Due.NOW;
          };
      StoredEvent event = new StoredEvent(id, name, tid, payload, Map.of());
      return new OutgoingEvent(event, due, Duration.ofSeconds(WINDOW_SECONDS));
    }

    private void claim() {
      String queue = QUEUES.get(random.nextInt(QUEUES.size()));
      int max = 1 + random.nextInt(5);
      link.claim(
          new ClaimRequest(queue, max, Duration.ofNanos(lease * 1_000)),
          answer -> {
            if (answer.value() != null) {
              answer.value().deliveries().forEach(this::work);
            }
          });
    }

    private void work(ClaimedDelivery delivery) {
      if (delivery.attempt() > MAX_ATTEMPTS) {
        settle(new Settlement.DeadLetter(delivery.lease(), "attempts used up"));
        return;
      }
      held.add(delivery);
      host.after(random.nextInt((int) lease), () -> handle(delivery));
    }

    private void handle(ClaimedDelivery delivery) {
      long run = recorder.handlerStarted(delivery.lease(), delivery.attempt());
      if (random.nextInt(20) == 0) {
        return;
      }
      boolean good = random.nextInt(4) > 0;
      host.after(
          random.nextInt((int) (random.nextInt(8) == 0 ? 3 * lease : lease)),
          () -> {
            Settlement settlement = good ? ack(delivery) : unhandled(delivery);
            recorder.handlerEnded(run, good, settlement instanceof Settlement.DeadLetter);
            held.remove(delivery);
            settle(settlement);
          });
    }

    private void settle(Settlement settlement) {
      link.settle(
          List.of(settlement),
          answer -> {
            if (answer.value() == null && random.nextBoolean()) {
              link.settle(List.of(settlement), any -> {});
            }
          });
    }

    private Settlement ack(ClaimedDelivery delivery) {
      long parent = EventKeys.key(delivery.event().id());
      boolean follows = parent >>> 40 == 1 && parent % 5 == 0;
      String child = EventKeys.id(FOLLOW_UPS, parent & 0xffff_ffffL);
      return new Settlement.Ack(
          delivery.lease(), Archive.delete(), follows ? List.of(outgoing(child)) : List.of());
    }

    private Settlement unhandled(ClaimedDelivery delivery) {
      int choice = random.nextInt(5);
      Duration after = Duration.ofMillis(random.nextInt(100));
      if (choice == 0) {
        return new Settlement.Release(delivery.lease(), after);
      }
      return choice == 1 || delivery.attempt() == MAX_ATTEMPTS
          ? new Settlement.DeadLetter(delivery.lease(), "given up")
          : new Settlement.Retry(delivery.lease(), after, "threw");
    }

    private void extend() {
      if (!held.isEmpty()) {
        var leases = held.stream().limit(3).map(ClaimedDelivery::lease).toList();
        link.extend(leases, Duration.ofNanos(lease * 1_000), any -> {});
      }
    }

    private void change(int choice) {
      if (known.isEmpty()) {
        return;
      }
      String id = known.get(random.nextInt(known.size()));
      Query query = Query.all().eventId(id).queue(QUEUES.get(random.nextInt(2)));
      switch (choice) {
        case 72, 73, 74, 75 -> link.cancel(query, any -> {});
        case 76, 77 -> {
          Instant due = loop.storeClock().instant().plusMillis(random.nextInt(300));
          link.reschedule(query, due, any -> {});
        }
        case 78, 79 -> link.discard(query, any -> {});
        case 80 -> {
          if (random.nextInt(10) == 0) {
            link.cancel(Query.all().tid("t1").state(DeliveryState.SCHEDULED), any -> {});
          }
        }
        default -> link.redrive(query, any -> {});
      }
    }
  }
}
