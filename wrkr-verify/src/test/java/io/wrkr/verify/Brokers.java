package io.wrkr.verify;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;

/** The machine's brokers. */
final class Brokers {
  private static final InetSocketAddress RABBITMQ = new InetSocketAddress("127.0.0.1", 5672);

  private Brokers() {}

  /** Does not run the test where there is no RabbitMQ. */
  static void requireRabbitMq(String test) {
    try (Socket socket = new Socket()) {
      socket.connect(RABBITMQ, 1000);
    } catch (IOException e) {
      System.out.println("not run: " + test + ": none answers at " + RABBITMQ);
      Assumptions.abort("not run: no RabbitMQ answers at " + RABBITMQ);
    }
  }

  /** Returns the URI of a bus on RabbitMQ beside a store. */
  static String rabbitMq(String store) {
    return "amqp://guest:guest@127.0.0.1:"
        + RABBITMQ.getPort()
        + "/?store="
        + URLEncoder.encode(store, StandardCharsets.UTF_8);
  }
}
