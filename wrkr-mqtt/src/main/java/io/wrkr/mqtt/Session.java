package io.wrkr.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.wrkr.spi.BackendException.Outcome;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a queue's session, and what it brought and is not acknowledged. */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final int SECONDS = 10;

  /** Not acknowledged yet, in the order of arrival. */
  final BlockingDeque<Mqtt5Publish> messages = new LinkedBlockingDeque<>();

  private final AtomicLong arrivals = new AtomicLong();

  private final Mqtt5AsyncClient client;
  private final boolean known;
  private final Set<String> filters = new HashSet<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile boolean lost;
  private volatile boolean ended;

  /** Connects. What comes is put down by the client's thread, which then calls {@code arrived}. */
  Session(Link link, String identifier, Consumer<Session> arrived) {
    client =
        link.client(
            identifier,
            true,
            message -> {
              messages.add(message);
              arrivals.incrementAndGet();
              arrived.accept(this);
            },
            context -> disconnected(identifier, context));
    Mqtt5ConnAck answer = link.connect(client, true);
    known = answer.isSessionPresent();
    answer
        .getSessionExpiryInterval()
        .ifPresent(
            seconds ->
                LOG.warn(
                    "The broker keeps the session {} for {} s only: what waits there longer"
                        + " without a receiver is lost",
                    identifier,
                    seconds));
  }

  private void disconnected(String identifier, MqttClientDisconnectedContext context) {
    ended = context.getSource() == MqttDisconnectSource.SERVER;
    lost = true;
    gone.completeExceptionally(context.getCause());
    if (context.getSource() != MqttDisconnectSource.USER) {
      LOG.warn(
          "The session {} was disconnected: {}", identifier, Failures.text(context.getCause()));
    }
  }

  /** Returns how many messages came, those that are gone again included. */
  long arrivals() {
    return arrivals.get();
  }

  /** Returns whether the broker had this session before the connection. */
  boolean isKnown() {
    return known;
  }

  boolean isLost() {
    return lost;
  }

  /**
   * Returns whether the broker ended the connection, as it does when another client of the same
   * identifier connects; not all brokers say why.
   */
  boolean isEnded() {
    return ended;
  }

  /** Makes the broker bring what these filters match, and no longer what others did. */
  void subscribe(Set<String> wanted) {
    Set<String> added = new HashSet<>(wanted);
    added.removeAll(filters);
    if (!added.isEmpty()) {
      await(
          "Subscribing to " + added,
          client.subscribe(
              Mqtt5Subscribe.builder()
                  .addSubscriptions(added.stream().map(Session::subscription))
                  .build()));
      filters.addAll(added);
    }
    Set<String> gone = new HashSet<>(filters);
    gone.removeAll(wanted);
    for (String filter : gone) {
      await(
          "Unsubscribing from " + filter,
          client.unsubscribe(Mqtt5Unsubscribe.builder().topicFilter(filter).build()));
      filters.remove(filter);
    }
  }

  /** What was asked of a session that lasts stays open when the connection is lost. */
  private void await(String what, CompletableFuture<?> answer) {
    try {
      Failures.await(what, Outcome.UNKNOWN, CompletableFuture.anyOf(answer, gone), SECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  /** What was retained before is no news: it would be an event again with every connection. */
  private static Mqtt5Subscription subscription(String filter) {
    return Mqtt5Subscription.builder()
        .topicFilter(filter)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
        .build();
  }

  /** Acknowledges; on a connection that is gone this does nothing, and the message comes again. */
  static void acknowledge(Mqtt5Publish message) {
    if (message.getQos() != MqttQos.AT_MOST_ONCE) {
      message.acknowledge();
    }
  }

  void close(boolean end) {
    Link.disconnect(client, end);
  }
}
