package io.wrkr.rabbitmq;

import java.nio.charset.StandardCharsets;

/**
 * What the exchange and the queues are called in the broker. Immutable. All instances of one bus
 * need the same.
 *
 * @param exchange the topic exchange that events are published to
 * @param prefix what the name of every queue begins with in the broker
 */
public record RabbitOptions(String exchange, String prefix) {
  private static final int MAX_BYTES = 100;

  /** Refuses what AMQP cannot name. */
  public RabbitOptions {
    if (exchange.isEmpty() || exchange.startsWith("amq.") || isLong(exchange) || isLong(prefix)) {
      throw new IllegalArgumentException(
          "The exchange '"
              + exchange
              + "' or the prefix '"
              + prefix
              + "' is no name for RabbitMQ: give up to 100 bytes that do not begin with 'amq.'");
    }
  }

  private static boolean isLong(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  /** Returns the exchange {@code wrkr} and the prefix {@code wrkr.}. */
  public static RabbitOptions defaults() {
    return new RabbitOptions("wrkr", "wrkr.");
  }
}
