package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Wrkr;
import io.wrkr.tck.ConfirmedLoad;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker lives, and the store beside it dies. */
@Timeout(240)
class StoreBesideBrokerTest {
  private static final String QUEUE = "load-" + ProcessHandle.current().pid();
  private static final int EVENTS = 10_000;

  @Test
  void a_store_killed_twice_under_load_loses_nothing_that_was_confirmed()
      throws InterruptedException {
    Brokers.requireRabbitMq("store beside RabbitMQ");
    try (StoreServer store = store();
        Wrkr bus = Wrkr.builder(Brokers.rabbitMq(store.uri(0, 0))).build()) {
      BlockingQueue<String> handled = new LinkedBlockingQueue<>();
      bus.queue(QUEUE).on(QUEUE, delivery -> handled.add(delivery.event().id().orElseThrow()));
      bus.start();
      ConfirmedLoad load = new ConfirmedLoad(bus, EVENTS, StoreBesideBrokerTest::event);

      CompletableFuture<Void> publishing = CompletableFuture.runAsync(load);
      for (int killAt : new int[] {EVENTS / 3, EVENTS / 2}) {
        load.reached(killAt);
        store.kill();
        store.restart();
      }
      publishing.join();

      assertThat(load.confirmed()).hasSize(EVENTS);
      Set<String> missing = new HashSet<>(load.confirmed());
      int all = 0;
      for (; !missing.isEmpty(); all++) {
        String id = handled.poll(60, TimeUnit.SECONDS);
        assertThat(id).as("of %s confirmed are missing: %s", EVENTS, missing.size()).isNotNull();
        missing.remove(id);
      }
      System.out.printf(
          "%s killed twice beside RabbitMQ: %d events handled again%n", store.name(), all - EVENTS);
      bus.admin().deleteQueue(QUEUE);
    }
  }

  private static StoreServer store() {
    Optional<StoreServer> store =
        Stream.of(StoreKind.POSTGRESQL, StoreKind.MARIADB, StoreKind.MONGODB)
            .map(StoreKind::start)
            .flatMap(Optional::stream)
            .findFirst();
    if (store.isEmpty()) {
      System.out.println("not run: store beside RabbitMQ: no server to start and kill");
    }
    return store.orElseGet(() -> Assumptions.abort("not run: no server to start and kill"));
  }

  /** Every other one waits in the store. */
  private static Event event(int number) {
    return number % 2 == 0 ? Event.of(QUEUE) : Event.of(QUEUE).when("in 1 second");
  }
}
