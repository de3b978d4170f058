package io.wrkr.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange, the queues and their bindings. Declared always alike, since RabbitMQ refuses to
 * declare again with other arguments: limits are set by policies.
 */
final class Topology {
  private static final Logger LOG = LoggerFactory.getLogger(Topology.class);
  private static final int MAX_BYTES = 255;

  /** Attempts are counted in the store; the broker is to drop nothing by its own count. */
  private static final Map<String, Object> QUORUM =
      Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000_000);

  private final Link link;
  private final RabbitOptions options;
  private final Map<String, Set<String>> bound = new ConcurrentHashMap<>();

  Topology(Link link, RabbitOptions options) {
    this.link = link;
    this.options = options;
  }

  String exchange() {
    return options.exchange();
  }

  /** Returns what a queue is called in the broker, where names have 255 bytes with the prefix. */
  String inBroker(String queue) {
    String name = options.prefix() + queue;
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_BYTES ? name : options.prefix() + "sha256-" + hash(queue);
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  void declareExchange() {
    link.on(
        "Declaring the exchange " + exchange(),
        Outcome.FAILED,
        channel ->
            channel.exchangeDeclare(exchange(), BuiltinExchangeType.TOPIC, true, false, Map.of()));
  }

  void bind(Subscription subscription) {
    bound
        .computeIfAbsent(subscription.queue(), q -> ConcurrentHashMap.newKeySet())
        .add(subscription.pattern());
    link.on(
        "Binding the queue " + subscription.queue(),
        Outcome.UNKNOWN,
        channel -> {
          String queue = inBroker(subscription.queue());
          channel.exchangeDeclare(exchange(), BuiltinExchangeType.TOPIC, true, false, Map.of());
          channel.queueDeclare(queue, true, false, false, QUORUM);
          return channel.queueBind(queue, exchange(), subscription.pattern());
        });
  }

  void unbind(Subscription subscription) {
    Set<String> patterns = bound.get(subscription.queue());
    if (patterns != null) {
      patterns.remove(subscription.pattern());
    }
    link.on(
        "Unbinding the queue " + subscription.queue(),
        Outcome.UNKNOWN,
        channel -> {
          String queue = inBroker(subscription.queue());
          if (count(channel, queue) < 0) {
            return false;
          }
          channel.queueUnbind(queue, exchange(), subscription.pattern());
          return true;
        });
  }

  /** Makes a queue again that somebody deleted, with the bindings known here. */
  void restore(String queue) {
    Set<String> patterns = bound.getOrDefault(queue, Set.of());
    LOG.warn(
        "The queue {} was deleted in RabbitMQ, with what it held: making it again, bound to {}",
        inBroker(queue),
        patterns);
    patterns.forEach(pattern -> bind(new Subscription(queue, pattern)));
  }

  boolean delete(String queue) {
    bound.remove(queue);
    return link.on(
        "Deleting the queue " + queue,
        Outcome.UNKNOWN,
        channel -> {
          if (count(channel, inBroker(queue)) < 0) {
            return false;
          }
          channel.queueDelete(inBroker(queue));
          return true;
        });
  }

  /** Returns how many messages are ready in a queue, or -1 and a closed channel if it is none. */
  static long count(Channel channel, String inBroker) throws IOException {
    try {
      return channel.messageCount(inBroker);
    } catch (IOException e) {
      if (Failures.isNotFound(e)) {
        return -1;
      }
      throw e;
    }
  }
}
