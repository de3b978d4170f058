package io.wrkr.cli.bench;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.spi.BrokerUri;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The plain client by QoS 1 under a topic of its own: as many threads and as large batches as the
 * bus's, each batch confirmed before the next; a session that lasts for each queue, whose client
 * acknowledges each message as it comes.
 *
 * <p>No more than {@value #ON_THEIR_WAY} are under way: Mosquitto drops what a session has beyond
 * 1,000 of them, by default.
 */
final class MqttRawLimit implements RawLimit {
  private static final int ON_THEIR_WAY = 500;
  private static final int RECEIVE_MAXIMUM = 65_534;
  private static final int STALL_SECONDS = 60;
  private static final int PORT = 1883;
  private static final int TLS_PORT = 8883;

  private final BenchPlan plan;
  private final BrokerUri uri;
  private final String name =
      "wrkr-bench-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final List<Mqtt5AsyncClient> clients = new ArrayList<>();
  private final List<Progress> received = new ArrayList<>();
  private final Mqtt5AsyncClient publishing;
  private final Mqtt5Publish message;
  private int sent;

  MqttRawLimit(BenchPlan plan) {
    this.plan = plan;
    this.uri = BrokerUri.parse("MQTT", plan.uri(), Set.of("prefix", "topics"));
    this.message =
        Mqtt5Publish.builder()
            .topic(name)
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(Payloads.of(plan.payload()).getBytes(StandardCharsets.UTF_8))
            .build();
    this.publishing = connected(name + "-p", new Progress());
    for (int i = 0; i < plan.queues(); i++) {
      Progress progress = new Progress();
      received.add(progress);
      Mqtt5AsyncClient client = connected(name + "-" + i, progress);
      await(client.subscribeWith().topicFilter(name).qos(MqttQos.AT_LEAST_ONCE).send());
    }
  }

  private Mqtt5AsyncClient connected(String identifier, Progress progress) {
    boolean tls = uri.scheme().equalsIgnoreCase("mqtts");
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(identifier)
            .serverHost(uri.host())
            .serverPort(uri.port().orElse(tls ? TLS_PORT : PORT));
    if (uri.user().isPresent()) {
      builder =
          builder
              .simpleAuth()
              .username(uri.user().get())
              .password(uri.password().orElse("").getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    Mqtt5AsyncClient client = (tls ? builder.sslWithDefaultConfig() : builder).buildAsync();
    client.publishes(
        MqttGlobalPublishFilter.ALL,
        each -> {
          each.acknowledge();
          progress.increment();
        },
        true);
    await(
        client
            .connectWith()
            .cleanStart(false)
            .noSessionExpiry()
            .restrictions()
            .receiveMaximum(RECEIVE_MAXIMUM)
            .applyRestrictions()
            .send());
    clients.add(client);
    return client;
  }

  @Override
  public String what() {
    return "plain client by MQTT 5, QoS 1: confirms by batches of "
        + plan.batch()
        + ", acks by hand, without a store";
  }

  @Override
  public void run(int events) {
    AtomicInteger left = new AtomicInteger(events);
    try {
      Seam.inParallel(plan.publishers(), () -> publish(left));
    } catch (InterruptedException e) {
      left.set(0);
      Thread.currentThread().interrupt();
      return;
    }
    received.forEach(each -> each.await(sent));
  }

  private void publish(AtomicInteger left) {
    int batch = Math.min(plan.batch(), ON_THEIR_WAY);
    for (int n = take(left, batch); n > 0; n = take(left, batch)) {
      int after = reserve(n);
      received.forEach(each -> each.await(after - ON_THEIR_WAY));
      List<Future<?>> confirms = new ArrayList<>(n);
      for (int i = 0; i < n; i++) {
        confirms.add(publishing.publish(message));
      }
      confirms.forEach(MqttRawLimit::await);
    }
  }

  private synchronized int reserve(int count) {
    sent += count;
    return sent;
  }

  private static int take(AtomicInteger left, int batch) {
    return Math.min(batch, left.getAndAdd(-batch));
  }

  private static void await(Future<?> answer) {
    try {
      answer.get(STALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the broker cannot be measured: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Leaves no session behind. */
  @Override
  public void close() {
    Mqtt5Disconnect end = Mqtt5Disconnect.builder().sessionExpiryInterval(0).build();
    CompletableFuture<?>[] ends =
        clients.stream().map(each -> each.disconnect(end)).toArray(CompletableFuture<?>[]::new);
    await(CompletableFuture.allOf(ends));
  }
}
