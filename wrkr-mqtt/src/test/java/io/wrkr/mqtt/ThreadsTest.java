package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.RelayBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The clients of a bus share threads, which end with the last of them. */
@ExtendWith(Mosquitto.Installed.class)
class ThreadsTest {
  private static final String CLIENT = "wrkr-mqtt-client";
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void end_when_a_bus_is_closed_that_has_received_but_not_acknowledged()
      throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true");
        Broker.Wires wires = new Broker.Wires(broker.port())) {
      MemoryBackend store = MemoryBackend.sharing(wires.options().prefix());
      RelayBackend relay = another(wires);
      relay.subscribe(new Subscription("q", "a.#"), false);
      wires.as(
          client -> {
            client.publish(
                Mqtt5Publish.builder()
                    .topic(wires.options().topics() + "a/b")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("1".getBytes(StandardCharsets.UTF_8))
                    .build());
            return true;
          });
      assertThat(relay.stats()).anyMatch(queue -> queue.ready() == 1);
      assertThat(clientThreads()).isNotEmpty();

      relay.close();

      assertEnd();
      try (RelayBackend next = another(wires)) {
        assertThat(next.stats()).as("of the next").anyMatch(queue -> queue.ready() == 1);
      }
      store.close();
    }
  }

  @Test
  void end_though_connections_were_lost_and_others_refused()
      throws IOException, InterruptedException {
    Link link;
    try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true")) {
      link = new Link(MqttUri.server("mqtt://" + Broker.HOST + ":" + broker.port()));
      Session session = new Session(link, "receiver", arrived -> {});
      broker.kill();
      assertThatThrownBy(() -> session.subscribe(Set.of("a/#")))
          .isInstanceOf(BackendException.class);
    }

    assertThatThrownBy(() -> new Session(link, "receiver", arrived -> {}))
        .isInstanceOf(BackendException.class);
    assertThatThrownBy(() -> new Outbox(link, new Topics(new MqttOptions("p", "t/")), "sender"))
        .isInstanceOf(BackendException.class);

    assertEnd();
  }

  @Test
  void end_though_who_connected_was_interrupted() throws IOException, InterruptedException {
    try (Mosquitto broker = new Mosquitto(directory, "allow_anonymous true")) {
      Link link = new Link(MqttUri.server("mqtt://" + Broker.HOST + ":" + broker.port()));

      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> new Session(link, "receiver", arrived -> {}))
          .hasMessageContaining("interrupted");
      assertThatThrownBy(() -> new Outbox(link, new Topics(new MqttOptions("p", "t/")), "sender"))
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();

      assertEnd();
    }
  }

  private static RelayBackend another(Broker.Wires wires) {
    return wires.connect(MemoryBackend.sharing(wires.options().prefix()));
  }

  private static List<Thread> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(CLIENT))
        .toList();
  }

  /** What ends may begin threads that were never needed, just to end them. */
  private static void assertEnd() throws InterruptedException {
    for (var left = clientThreads(); !left.isEmpty(); left = clientThreads()) {
      for (Thread thread : left) {
        thread.join(BOUND.toMillis());
        assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
      }
    }
  }
}
