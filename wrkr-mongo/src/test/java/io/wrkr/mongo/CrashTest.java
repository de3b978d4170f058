package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What was confirmed while servers crashed, froze and handed over. */
class CrashTest {
  private static final int PUBLISHERS = 4;
  private static final int ENOUGH = 2_000;

  /** What publishers were told. */
  private static final class Load implements AutoCloseable {
    final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    final Set<String> acked = ConcurrentHashMap.newKeySet();
    final AtomicInteger failures = new AtomicInteger();
    final List<String> untyped = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService pool = Executors.newFixedThreadPool(PUBLISHERS + 1);
    private final List<Future<?>> running = new ArrayList<>();

    Load(Backend backend) {
      for (int p = 0; p < PUBLISHERS; p++) {
        String name = "p" + p + "-";
        running.add(pool.submit(() -> publish(backend, name)));
      }
      running.add(pool.submit(() -> handle(backend)));
    }

    private void publish(Backend backend, String name) {
      for (int n = 0; !stop.get(); n++) {
        String batch = name + n + "-";
        if (attempt(() -> backend.publish(Samples.events(batch, 5)))) {
          for (int i = 0; i < 5; i++) {
            confirmed.add(batch + i);
          }
        }
      }
    }

    private void handle(Backend backend) {
      while (!stop.get()) {
        attempt(
            () -> {
              List<ClaimedDelivery> claimed = Samples.claim(backend, 20);
              if (backend.settle(Samples.acks(claimed)).isEmpty()) {
                claimed.forEach(delivery -> acked.add(delivery.event().id()));
              }
            });
      }
    }

    private boolean attempt(Runnable call) {
      try {
        call.run();
        return true;
      } catch (BackendException e) {
        failures.incrementAndGet();
      } catch (RuntimeException e) {
        synchronized (untyped) {
          untyped.add(e.toString());
        }
      }
      return false;
    }

    void awaitConfirmed(int count) {
      long deadline = Mongods.nanos() + Duration.ofSeconds(60).toNanos();
      while (confirmed.size() < count && Mongods.nanos() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(confirmed.size()).as("confirmed in time").isGreaterThanOrEqualTo(count);
    }

    @Override
    public void close() throws Exception {
      stop.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      pool.shutdown();
    }
  }

  private static void assertNothingLost(Backend backend, Load load) {
    assertThat(load.untyped).isEmpty();
    Set<String> left = new HashSet<>();
    List<ClaimedDelivery> claimed = Samples.claim(backend, 1000);
    while (!claimed.isEmpty()) {
      claimed.forEach(delivery -> left.add(delivery.event().id()));
      claimed = Samples.claim(backend, 1000);
    }
    assertThat(left).as("acked and back again").doesNotContainAnyElementsOf(load.acked);
    Set<String> missing = new HashSet<>(load.confirmed);
    missing.removeAll(load.acked);
    missing.removeAll(left);
    // What a lost claim or ack holds comes back after its lease; the rest is a loss.
    var inspector = (io.wrkr.spi.Inspector) backend;
    missing.removeIf(
        id ->
            !inspector.find(io.wrkr.Query.all().queue(QUEUE).eventId(id)).deliveries().isEmpty()
                || backend.publish(List.of(Samples.event(id))).get(0).duplicate());
    assertThat(missing).as("confirmed and gone").isEmpty();
  }

  @Test
  void kill_9_of_the_server_under_load_loses_nothing_confirmed() throws Exception {
    try (Mongods mongod = Mongods.start(1, false);
        Backend backend = new MongoProvider().open(mongod.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      Load load = new Load(backend);
      try (load) {
        for (int kill = 1; kill <= 2; kill++) {
          load.awaitConfirmed(load.confirmed.size() + ENOUGH);
          mongod.killAndRestart(0);
        }
        load.awaitConfirmed(load.confirmed.size() + ENOUGH);
      }
      assertNothingLost(backend, load);
    }
  }

  @Test
  void step_downs_and_a_killed_primary_of_three_lose_nothing_confirmed() throws Exception {
    try (Mongods set = Mongods.start(3, false);
        Backend backend = new MongoProvider().open(set.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      Load load = new Load(backend);
      try (load) {
        load.awaitConfirmed(ENOUGH / 4);
        set.stepDown(5);
        load.awaitConfirmed(load.confirmed.size() + ENOUGH / 4);
        set.killAndRestart(set.primary());
        load.awaitConfirmed(load.confirmed.size() + ENOUGH / 4);
      }
      assertNothingLost(backend, load);
    }
  }

  @Test
  void a_frozen_server_ends_calls_in_bounded_time_and_work_resumes() {
    try (Mongods mongod = Mongods.start(1, false);
        Backend backend = new MongoProvider().open(mongod.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      backend.publish(Samples.events("before", 3));

      mongod.signal(0, "STOP");
      long start = Mongods.nanos();
      BackendException failed = null;
      try {
        backend.publish(Samples.events("e", 1));
      } catch (BackendException e) {
        failed = e;
      } finally {
        mongod.signal(0, "CONT");
      }

      assertThat(failed).isNotNull();
      assertThat(Duration.ofNanos(Mongods.nanos() - start)).isLessThan(Duration.ofSeconds(15));
      mongod.awaitPrimary();
      backend.publish(Samples.events("e", 1));
      assertThat(Samples.claim(backend, 10)).hasSize(4);
    }
  }

  @Test
  void a_standalone_works_and_publishes_follow_ups_before_the_ack() {
    try (Mongods mongod = Mongods.standalone();
        Backend backend = new MongoProvider().open(mongod.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      backend.subscribe(new Subscription("other", "#"), false);
      backend.publish(Samples.events("e", 1));
      ClaimedDelivery claimed = Samples.claim(backend, 1).get(0);
      var ack =
          new io.wrkr.spi.Settlement.Ack(
              claimed.lease(), io.wrkr.Archive.delete(), List.of(Samples.event("next")));

      assertThat(backend.settle(List.of(ack))).isEmpty();
      assertThat(backend.settle(List.of(ack))).as("again").containsExactly(claimed.lease());

      assertThat(Samples.claim(backend, 10))
          .extracting(d -> d.event().id())
          .containsExactly("next");
    }
  }
}
