package io.wrkr.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ConfirmedLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What needs a broker that may be killed or run short of memory. */
@ExtendWith(RabbitServer.Installed.class)
@Timeout(180)
class RabbitServerTest {
  private static final int EVENTS = 10_000;
  private static final int MANY = 1_000_000;

  @TempDir Path directory;

  @Test
  void a_broker_killed_twice_under_load_loses_nothing_that_was_confirmed()
      throws IOException, InterruptedException {
    try (RabbitServer broker = new RabbitServer(directory);
        Wrkr bus = Wrkr.builder(open(broker)).build()) {
      BlockingQueue<String> handled = new LinkedBlockingQueue<>();
      bus.queue("q").on("load", delivery -> handled.add(delivery.event().id().orElseThrow()));
      bus.start();
      broker.saveQueues();
      ConfirmedLoad load = new ConfirmedLoad(bus, EVENTS, i -> Event.of("load"));

      CompletableFuture<Void> publishing = CompletableFuture.runAsync(load);
      for (int killAt : new int[] {EVENTS / 3, EVENTS / 2}) {
        load.reached(killAt);
        broker.kill();
        broker.startAgain();
      }
      publishing.join();

      assertThat(load.confirmed()).hasSize(EVENTS);
      Set<String> missing = new HashSet<>(load.confirmed());
      Set<String> seen = new HashSet<>();
      while (!missing.isEmpty()) {
        String id = handled.poll(60, TimeUnit.SECONDS);
        assertThat(id).as("of %s confirmed are missing: %s", EVENTS, missing.size()).isNotNull();
        assertThat(seen.add(id)).as("handled twice: %s", id).isTrue();
        missing.remove(id);
      }
    }
  }

  private static Backend open(RabbitServer broker) {
    return RabbitBackend.of(broker.factory(), MemoryBackend.create(), Broker.names());
  }

  @Test
  void a_broker_short_of_memory_refuses_publishes_and_claims_go_on()
      throws IOException, InterruptedException {
    try (RabbitServer broker = new RabbitServer(directory);
        Backend bus = open(broker)) {
      bus.subscribe(new Subscription("q", "a"), false);
      bus.publish(List.of(event("before")));
      broker.control("set_vm_memory_high_watermark", "0.000001");

      List<String> published = new ArrayList<>(List.of("before"));
      List<String> unknown = new ArrayList<>();
      assertThat(refusedAfter(bus, published, unknown))
          .hasMessageContaining("free its memory or disk");
      assertThat(unknown).hasSizeLessThanOrEqualTo(1);
      assertThat(claimUntil(bus, published.get(published.size() - 1)))
          .containsExactlyElementsOf(published);

      broker.control("set_vm_memory_high_watermark", "0.4");
      publishSoon(bus, "after");
      assertThat(claimUntil(bus, "after")).containsSubsequence("after").isSubsetOf(all(unknown));
    }
  }

  private static List<String> all(List<String> unknown) {
    List<String> all = new ArrayList<>(unknown);
    all.add("after");
    return all;
  }

  private static OutgoingEvent event(String id) {
    Payload payload = new Payload(Payload.JSON, "1".getBytes(StandardCharsets.UTF_8));
    StoredEvent event = new StoredEvent(id, "a", Optional.empty(), payload, Map.of());
    return new OutgoingEvent(event, Due.NOW, Duration.ofHours(1), true);
  }

  /** The broker takes what comes before it has said that it takes no more. */
  private static BackendException refusedAfter(
      Backend bus, List<String> published, List<String> unknown) {
    for (int i = 0; i < MANY; i++) {
      String id = "e" + i;
      try {
        bus.publish(List.of(event(id)));
        published.add(id);
      } catch (BackendException e) {
        if (e.outcome() == Outcome.FAILED) {
          return e;
        }
        unknown.add(id);
      }
    }
    throw new AssertionError("The broker refuses nothing");
  }

  private static void publishSoon(Backend bus, String id) {
    BackendException last = null;
    for (int i = 0; i < MANY; i++) {
      try {
        bus.publish(List.of(event(id)));
        return;
      } catch (BackendException e) {
        assertThat(e.outcome()).isEqualTo(Outcome.FAILED);
        last = e;
      }
    }
    throw new AssertionError("The broker goes on refusing", last);
  }

  private static List<String> claimUntil(Backend bus, String last) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < MANY && !ids.contains(last); i++) {
      bus.claim(new ClaimRequest("q", 100, Duration.ofMinutes(5)))
          .deliveries()
          .forEach(each -> ids.add(each.event().id()));
    }
    return ids;
  }
}
