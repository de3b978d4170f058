package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import io.wrkr.jdbc.JdbcBackend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.RelayBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a queue outlives the process that receives for it. */
class ReceiverKilledTest {
  private static final int PART = 200;

  @TempDir Path directory;

  /** The process that is killed: receives for a queue until its input ends. */
  static final class Receives {
    private Receives() {}

    /** Takes the store's file, the prefix, the topics and the broker's port. */
    public static void main(String[] arguments) throws IOException {
      MqttOptions options = new MqttOptions(arguments[1], arguments[2]);
      try (var bus =
          MqttBackend.of(
              "mqtt://" + Broker.HOST + ":" + arguments[3],
              JdbcBackend.sqlite(Path.of(arguments[0])),
              options)) {
        bus.subscribe(new Subscription("q", "a.#"), false);
        System.out.println("receives");
        while (System.in.read() >= 0) {
          continue;
        }
      }
    }
  }

  private Process start(Path store, MqttOptions options) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Receives.class.getName(),
                store.toString(),
                options.prefix(),
                options.topics(),
                String.valueOf(Broker.port()))
            .redirectError(directory.resolve("errors").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("receives");
    return process;
  }

  @Test
  void another_process_goes_on_when_the_one_that_receives_is_killed()
      throws IOException, InterruptedException {
    Path store = directory.resolve("store.db");
    try (Broker.Wires wires = new Broker.Wires()) {
      Process receiver = start(store, wires.options());
      try (RelayBackend relay = wires.connect(JdbcBackend.sqlite(store))) {
        relay.subscribe(new Subscription("q", "a.#"), false);
        send(wires, 0);

        receiver.destroyForcibly();
        receiver.waitFor();
        send(wires, PART);

        assertThat(readySoon(relay)).isEqualTo(2 * PART);
        assertThat(claimAll(relay))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, 2 * PART).mapToObj(i -> "e" + i).toList());
      } finally {
        receiver.destroyForcibly();
      }
    }
  }

  private static void send(Broker.Wires wires, int from) {
    wires.as(
        client -> {
          for (int i = from; i < from + PART; i++) {
            client.publish(
                Mqtt5Publish.builder()
                    .topic(wires.options().topics() + "a/b")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{}".getBytes(StandardCharsets.UTF_8))
                    .userProperties()
                    .add("wrkr.id", "e" + i)
                    .applyUserProperties()
                    .build());
          }
          return true;
        });
  }

  /** Counts; while nobody receives a call may fail. */
  private static long readySoon(RelayBackend relay) {
    BackendException last = null;
    for (int i = 0; i < 5; i++) {
      try {
        return relay.stats().stream().mapToLong(QueueStats::ready).sum();
      } catch (BackendException e) {
        assertThat(e.outcome()).isNotEqualTo(Outcome.FATAL);
        last = e;
      }
    }
    throw new AssertionError("Nobody goes on", last);
  }

  private static List<String> claimAll(RelayBackend relay) {
    List<String> ids = new ArrayList<>();
    int before;
    do {
      before = ids.size();
      relay
          .claim(new ClaimRequest("q", 100, Duration.ofMinutes(5)))
          .deliveries()
          .forEach(each -> ids.add(each.event().id()));
    } while (ids.size() > before);
    return ids;
  }
}
