package io.wrkr.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** That the raw limit of a broker is measured to the last ack; how fast depends on the machine. */
class BrokerRawLimitTest {
  private static BenchPlan plan(String uri) {
    return new BenchPlan(uri, OptionalInt.of(1_250), 50, 100, 3, 2);
  }

  private static void requireServer(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
    } catch (IOException e) {
      String why = "not run: no broker answers at 127.0.0.1:" + port;
      System.out.println(why);
      Assumptions.abort(why);
    }
  }

  @Test
  void rabbitmq_carries_all_to_each_queue() {
    requireServer(5672);

    try (RawLimit limit = RawLimits.of(plan("amqp://guest:guest@127.0.0.1/?store=memory:"))) {
      limit.run(1_250);
      limit.run(1_250);

      assertThat(limit.insert(1_250)).isPresent();
      assertThat(limit.what()).contains("plain client on RabbitMQ");
    }
  }

  @Test
  void mqtt_carries_all_to_each_queue() {
    requireServer(1883);

    try (RawLimit limit = RawLimits.of(plan("mqtt://127.0.0.1/?store=memory:"))) {
      limit.run(1_250);
      limit.run(1_250);

      assertThat(limit.what()).contains("plain client by MQTT 5");
    }
  }

  @Test
  void a_count_that_is_not_reached_is_waited_for_by_none_who_was_interrupted() {
    Progress progress = new Progress();
    progress.increment();
    progress.await(1);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> progress.await(2)).hasMessageContaining("interrupted");

    assertThat(Thread.interrupted()).isTrue();
  }
}
