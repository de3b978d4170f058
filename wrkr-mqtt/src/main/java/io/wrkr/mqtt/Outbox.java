package io.wrkr.mqtt;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events, and questions to the receivers of queues, on one connection. Thread-safe:
 * callers wait for their answers side by side.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final String DROPPED = "$SYS/broker/publish/messages/dropped";
  private static final long TIMEOUT_SECONDS = 15;

  private final Link link;
  private final Topics topics;
  private final String instance;
  private final Map<Long, CompletableFuture<String>> questions = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile @Nullable Mqtt5AsyncClient client;
  private boolean closed;
  private volatile long dropped = -1;

  /** Connects, so that what is wrong with the address or the credentials is said at once. */
  Outbox(Link link, Topics topics, String instance) {
    this.link = link;
    this.topics = topics;
    this.instance = instance;
    connected();
  }

  private synchronized Mqtt5AsyncClient connected() {
    if (closed) {
      throw new IllegalStateException("This MQTT backend is closed: open another");
    }
    Mqtt5AsyncClient current = client;
    if (current != null && current.getState() == MqttClientState.CONNECTED) {
      return current;
    }
    Mqtt5AsyncClient fresh =
        link.client(topics.client("$" + instance), false, this::arrived, context -> {});
    link.connect(fresh, false);
    try {
      subscribe(fresh, topics.answers(instance));
    } catch (RuntimeException e) {
      Link.disconnect(fresh, true);
      throw e;
    }
    client = fresh;
    watchDrops(fresh);
    return fresh;
  }

  boolean isConnected() {
    Mqtt5AsyncClient current = client;
    return current != null && current.getState() == MqttClientState.CONNECTED;
  }

  private static void subscribe(Mqtt5AsyncClient client, String filter) {
    Failures.await(
        "Subscribing to " + filter,
        Outcome.FAILED,
        client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send(),
        TIMEOUT_SECONDS);
  }

  /** Mosquitto counts what it drops, and tells nobody else. */
  private static void watchDrops(Mqtt5AsyncClient client) {
    try {
      subscribe(client, DROPPED);
    } catch (BackendException e) {
      LOG.info("Whether this broker drops messages cannot be read: {}", e.getMessage());
    }
  }

  private void arrived(Mqtt5Publish message) {
    String text = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    if (message.getTopic().toString().equals(DROPPED)) {
      counted(text);
      return;
    }
    message
        .getCorrelationData()
        .filter(data -> data.remaining() == Long.BYTES)
        .map(data -> questions.get(data.slice().getLong()))
        .ifPresent(question -> question.complete(text));
  }

  private void counted(String text) {
    long now = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    if (dropped >= 0 && now > dropped) {
      LOG.warn(
          "The broker has dropped {} messages, of whichever clients: raise max_queued_messages, see"
              + " docs/backends/mqtt.md",
          now - dropped);
    }
    dropped = now;
  }

  /** Returns which events, by their place, nobody is subscribed to. */
  Set<Integer> send(List<Wire.Cargo> cargo) {
    Mqtt5AsyncClient current = connected();
    List<CompletableFuture<Mqtt5PublishResult>> sent = new ArrayList<>(cargo.size());
    for (Wire.Cargo each : cargo) {
      sent.add(current.publish(Mapping.message(topics.ofEvent(each.event().name()), each)));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
    Failures.await("Publishing", Outcome.UNKNOWN, all, TIMEOUT_SECONDS);
    Set<Integer> lost = new HashSet<>();
    for (int i = 0; i < sent.size(); i++) {
      if (isLost(sent.get(i).join())) {
        lost.add(i);
      }
    }
    return lost;
  }

  private static boolean isLost(Mqtt5PublishResult result) {
    result
        .getError()
        .ifPresent(
            e -> {
              throw Failures.translated("Publishing", Outcome.UNKNOWN, e);
            });
    return result instanceof Mqtt5PublishResult.Mqtt5Qos1Result confirmed
        && confirmed.getPubAck().getReasonCode() == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
  }

  /** A question to whoever receives for a queue, which may be asked again. */
  final class Question implements AutoCloseable {
    private final String queue;
    private final String what;
    private final long number = numbers.incrementAndGet();
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    Question(String queue, String what) {
      this.queue = queue;
      this.what = what;
      questions.put(number, answer);
    }

    private CompletableFuture<Mqtt5PublishResult> send() {
      ByteBuffer data = ByteBuffer.allocate(Long.BYTES).putLong(0, number);
      return connected()
          .publish(
              Mqtt5Publish.builder()
                  .topic(topics.questions(queue))
                  .qos(MqttQos.AT_LEAST_ONCE)
                  .responseTopic(topics.answers(instance))
                  .correlationData(data)
                  .payload(what.getBytes(StandardCharsets.UTF_8))
                  .build());
    }

    /** Asks, waits, and returns whether there was an answer; one that is a failure is thrown. */
    boolean ask(long millis) {
      Failures.await("Asking for " + queue, Outcome.UNKNOWN, send(), TIMEOUT_SECONDS);
      try {
        String failure = answer.get(millis, TimeUnit.MILLISECONDS);
        if (!failure.isEmpty()) {
          throw new BackendException(Outcome.UNKNOWN, failure, null);
        }
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BackendException(Outcome.UNKNOWN, "Asking for " + queue + ": interrupted", e);
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException("An answer is a text", e);
      }
    }

    @Override
    public void close() {
      questions.remove(number);
    }
  }

  /**
   * Asks whoever receives for a queue to answer when it has received what was sent before, and
   * calls {@code passed} then, on the client's thread; never, if question or answer are lost.
   */
  Question mark(String queue, Runnable passed) {
    Question question = new Question(queue, Receiver.MARK);
    var unused = question.answer.thenRun(passed);
    unused = question.send().thenAccept(sent -> {});
    return question;
  }

  /** Answers a question; {@code failure} is empty when what was asked is done. */
  void answer(Mqtt5Publish question, String failure) {
    MqttTopic topic = question.getResponseTopic().orElse(null);
    ByteBuffer data = question.getCorrelationData().orElse(null);
    if (topic == null || data == null) {
      return;
    }
    var unused =
        connected()
            .publishWith()
            .topic(topic)
            .qos(MqttQos.AT_LEAST_ONCE)
            .correlationData(data)
            .payload(failure.getBytes(StandardCharsets.UTF_8))
            .send();
  }

  void close() {
    Mqtt5AsyncClient current;
    synchronized (this) {
      closed = true;
      current = client;
      client = null;
    }
    if (current != null) {
      Link.disconnect(current, true);
    }
  }
}
