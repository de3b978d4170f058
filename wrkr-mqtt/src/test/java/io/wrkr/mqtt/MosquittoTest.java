package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.Event;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ConfirmedLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What needs a broker that may be killed or set up otherwise. */
@ExtendWith(Mosquitto.Installed.class)
class MosquittoTest {
  private static final int EVENTS = 10_000;

  /** The limits that Mosquitto has where nothing is set. */
  private static final String[] AS_IT_COMES = {
    "allow_anonymous true",
    "persistence false",
    "max_queued_messages 1000",
    "max_inflight_messages 20"
  };

  @TempDir Path directory;

  /**
   * Mosquitto confirms before it saves, so that killing it may cost what was on its way at that
   * moment; nothing else.
   */
  @Test
  void a_broker_killed_twice_under_load_costs_at_most_what_was_on_its_way()
      throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true");
        Broker.Wires wires = new Broker.Wires(broker.port());
        Wrkr bus = Wrkr.builder(wires.connect(MemoryBackend.create())).build()) {
      BlockingQueue<String> handled = new LinkedBlockingQueue<>();
      bus.queue("q").on("load", delivery -> handled.add(delivery.event().id().orElseThrow()));
      bus.start();
      ConfirmedLoad load = new ConfirmedLoad(bus, EVENTS, i -> Event.of("load"));

      CompletableFuture<Void> publishing = CompletableFuture.runAsync(load);
      for (int killAt : new int[] {EVENTS / 3, EVENTS / 2}) {
        load.reached(killAt);
        // What is confirmed from here on may not be in the store when the broker dies.
        load.turn();
        bus.admin().queues();
        broker.kill();
        broker.startAgain();
        load.turn();
      }
      publishing.join();

      assertThat(load.safe()).isNotEmpty();
      Set<String> missing = new HashSet<>(load.safe());
      Set<String> seen = new HashSet<>();
      while (!missing.isEmpty()) {
        String id = handled.poll(60, TimeUnit.SECONDS);
        assertThat(id)
            .as("of %s confirmed %s are missing", load.safe().size(), missing.size())
            .isNotNull();
        assertThat(seen.add(id)).as("handled twice: %s", id).isTrue();
        missing.remove(id);
      }
    }
  }

  @Test
  void a_broker_that_forgot_the_session_gets_it_again() throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true");
        Broker.Wires wires = new Broker.Wires(broker.port());
        RelayBackend relay = wires.connect(MemoryBackend.create())) {
      relay.subscribe(new Subscription("q", "a.#"), false);
      assertThat(readySoon(relay)).isZero();

      broker.kill();
      Files.delete(directory.resolve("mosquitto.db"));
      broker.startAgain();
      assertThat(readySoon(relay)).isZero();
      send(wires, "a/b");

      assertThat(readySoon(relay)).isEqualTo(1);
    }
  }

  /** Counts; a call of a connection that was just lost may fail. */
  private static long readySoon(RelayBackend relay) {
    BackendException last = null;
    for (int i = 0; i < 1000; i++) {
      try {
        return relay.stats().stream().mapToLong(QueueStats::ready).sum();
      } catch (BackendException e) {
        assertThat(e.outcome()).isNotEqualTo(Outcome.FATAL);
        last = e;
      }
    }
    throw new AssertionError("The broker does not come back", last);
  }

  private static void send(Broker.Wires wires, String topic) {
    wires.as(client -> client.publish(message(wires, topic)));
  }

  private static Mqtt5Publish message(Broker.Wires wires, String topic) {
    return Mqtt5Publish.builder()
        .topic(wires.options().topics() + topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("{}".getBytes(StandardCharsets.UTF_8))
        .build();
  }

  @Test
  void what_a_broker_queues_beyond_its_limit_while_nobody_receives_is_lost_and_the_rest_is_not()
      throws IOException, InterruptedException {
    try (Mosquitto broker =
            new Mosquitto(directory, "allow_anonymous true", "max_queued_messages 10");
        Broker.Wires wires = new Broker.Wires(broker.port());
        MemoryBackend store = MemoryBackend.sharing("limit")) {
      try (RelayBackend first = wires.connect(MemoryBackend.sharing("limit"))) {
        first.subscribe(new Subscription("q", "a.#"), false);
      }
      for (int i = 0; i < 100; i++) {
        send(wires, "a/b");
      }

      try (RelayBackend second = wires.connect(MemoryBackend.sharing("limit"))) {
        assertThat(readySoon(second)).isBetween(10L, 99L);
        long before = readySoon(second);
        send(wires, "a/b");
        assertThat(readySoon(second)).isEqualTo(before + 1);
      }
      assertThat(store.stats()).isNotEmpty();
    }
  }

  @Test
  void a_burst_of_a_device_beyond_the_brokers_limit_is_kept_while_somebody_receives()
      throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, AS_IT_COMES);
        Broker.Wires wires = new Broker.Wires(broker.port());
        RelayBackend relay = wires.connect(MemoryBackend.create())) {
      relay.subscribe(new Subscription("q", "a.#"), false);

      wires.as(
          client ->
              CompletableFuture.allOf(
                      IntStream.range(0, 5000)
                          .mapToObj(i -> client.toAsync().publish(message(wires, "a/b")))
                          .toArray(CompletableFuture<?>[]::new))
                  .join());

      assertThat(readySoon(relay)).isEqualTo(5000);
    }
  }

  @Test
  void a_burst_beyond_the_brokers_limit_is_kept_while_somebody_receives()
      throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, AS_IT_COMES);
        Broker.Wires wires = new Broker.Wires(broker.port());
        RelayBackend relay = wires.connect(MemoryBackend.create())) {
      relay.subscribe(new Subscription("q", "a.#"), false);
      Payload payload = new Payload(Payload.JSON, "1".getBytes(StandardCharsets.UTF_8));
      for (int from = 0; from < 5000; from += 250) {
        relay.publish(
            IntStream.range(from, from + 250)
                .mapToObj(
                    i ->
                        new StoredEvent(
                            "e" + i, "a.b", Optional.empty(), payload, Map.<String, String>of()))
                .map(event -> new OutgoingEvent(event, Due.NOW, Duration.ofHours(1), true))
                .toList());
      }

      assertThat(readySoon(relay)).isEqualTo(5000);
    }
  }

  @Test
  void wrong_credentials_fail_at_once_without_the_password()
      throws IOException, InterruptedException {
    Path passwords = directory.resolve("passwords");
    assertThat(
            new ProcessBuilder(
                    Mosquitto.program("mosquitto_passwd").orElseThrow().toString(),
                    "-c",
                    "-b",
                    passwords.toString(),
                    "user",
                    "S3cr3t-canary")
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    try (Mosquitto broker =
        new Mosquitto(directory, "allow_anonymous false", "password_file " + passwords)) {
      String at = "@127.0.0.1:" + broker.port();
      for (String wrong :
          List.of("mqtt://user:S3cr3t-canary!" + at, "mqtt://nobody:S3cr3t-canary" + at)) {
        assertThatThrownBy(() -> MqttBackend.of(wrong, MemoryBackend.create()))
            .isInstanceOfSatisfying(
                BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
            .hasMessageContaining("refuses user or password")
            .hasMessageNotContaining("S3cr3t-canary");
      }
      MqttBackend.of("mqtt://user:S3cr3t-canary" + at, MemoryBackend.create()).close();
    }
  }
}
