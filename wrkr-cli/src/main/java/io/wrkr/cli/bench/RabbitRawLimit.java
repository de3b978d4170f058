package io.wrkr.cli.bench;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import io.wrkr.spi.BrokerUri;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * The plain client on an exchange and quorum queues of its own: as many threads and as large
 * batches as the bus's, persistent and mandatory, each batch confirmed before the next; a consumer
 * for each queue acknowledges by hand, {@value #BATCH} at a time.
 *
 * <p>The broker does the same for the bus, which writes each event to its store in addition.
 */
final class RabbitRawLimit implements RawLimit {
  private static final int PREFETCH = 1_000;
  private static final int STALL_MILLIS = 60_000;
  private static final Map<String, Object> QUORUM = Map.of("x-queue-type", "quorum");

  private final BenchPlan plan;
  private final byte[] payload;
  private final String name =
      "wrkr-bench-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final List<String> queues = new ArrayList<>();
  private final Connection publishing;
  private final Connection consuming;

  RabbitRawLimit(BenchPlan plan) {
    this.plan = plan;
    this.payload = Payloads.of(plan.payload()).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < plan.queues(); i++) {
      queues.add(name + "-" + i);
    }
    try {
      ConnectionFactory factory = factory(plan.uri());
      publishing = factory.newConnection("wrkr bench publishing");
      consuming = factory.newConnection("wrkr bench consuming");
      declare();
    } catch (IOException | TimeoutException | GeneralSecurityException e) {
      throw failed(e);
    }
  }

  private static ConnectionFactory factory(String bus) throws GeneralSecurityException {
    BrokerUri uri = BrokerUri.parse("RabbitMQ", bus, Set.of("exchange", "prefix"));
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(uri.host());
    uri.user().ifPresent(factory::setUsername);
    uri.password().ifPresent(factory::setPassword);
    if (!uri.path().isEmpty()) {
      factory.setVirtualHost(uri.path());
    }
    if (uri.scheme().equalsIgnoreCase("amqps")) {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    }
    uri.port().ifPresent(factory::setPort);
    return factory;
  }

  private void declare() throws IOException, TimeoutException {
    try (Channel channel = consuming.createChannel()) {
      channel.exchangeDeclare(name, BuiltinExchangeType.TOPIC, true, false, Map.of());
      for (String queue : queues) {
        channel.queueDeclare(queue, true, false, false, QUORUM);
        channel.queueBind(queue, name, "wrkr.bench.event");
      }
    }
  }

  @Override
  public String what() {
    return "plain client on RabbitMQ: confirms by batches of "
        + plan.batch()
        + ", acks by hand, without a store";
  }

  @Override
  public void run(int events) {
    List<Counter> counters = new ArrayList<>();
    try {
      for (String queue : queues) {
        counters.add(new Counter(consuming.createChannel(), queue, events));
      }
      publish(events);
      for (Counter each : counters) {
        each.finish();
      }
    } catch (IOException | TimeoutException e) {
      throw failed(e);
    }
  }

  @Override
  public OptionalDouble insert(int events) {
    long begun = Seam.nanos();
    publish(events);
    double seconds = Math.max(1, Seam.nanos() - begun) / 1e9;
    try (Channel channel = consuming.createChannel()) {
      for (String queue : queues) {
        channel.queuePurge(queue);
      }
      return OptionalDouble.of(seconds);
    } catch (IOException | TimeoutException e) {
      throw failed(e);
    }
  }

  private void publish(int events) {
    AtomicInteger left = new AtomicInteger(events);
    try {
      Seam.inParallel(plan.publishers(), () -> publish(left));
    } catch (InterruptedException e) {
      left.set(0);
      Thread.currentThread().interrupt();
    }
  }

  private void publish(AtomicInteger left) {
    try (Channel channel = publishing.createChannel()) {
      channel.confirmSelect();
      for (int n = take(left); n > 0; n = take(left)) {
        for (int i = 0; i < n; i++) {
          channel.basicPublish(
              name, "wrkr.bench.event", true, MessageProperties.PERSISTENT_TEXT_PLAIN, payload);
        }
        channel.waitForConfirmsOrDie(STALL_MILLIS);
      }
    } catch (IOException | TimeoutException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      left.set(0);
      Thread.currentThread().interrupt();
    }
  }

  private int take(AtomicInteger left) {
    return Math.min(plan.batch(), left.getAndAdd(-plan.batch()));
  }

  /** Counts and acknowledges what a queue brings. Its methods run on the connection's thread. */
  private static final class Counter extends DefaultConsumer {
    private final String queue;
    private final int wanted;
    private final Progress progress = new Progress();

    Counter(Channel channel, String queue, int wanted) throws IOException {
      super(channel);
      this.queue = queue;
      this.wanted = wanted;
      channel.basicQos(PREFETCH);
      channel.basicConsume(queue, false, this);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) throws IOException {
      int count = progress.increment();
      if (count % BATCH == 0 || count == wanted) {
        getChannel().basicAck(envelope.getDeliveryTag(), true);
      }
    }

    /** An ack has no answer; what follows it on its channel has. */
    void finish() throws IOException, TimeoutException {
      progress.await(wanted);
      getChannel().messageCount(queue);
      getChannel().close();
    }
  }

  private static IllegalStateException failed(Exception e) {
    return new IllegalStateException("the broker cannot be measured: " + e, e);
  }

  @Override
  public void close() {
    try (publishing;
        consuming;
        Channel channel = consuming.createChannel()) {
      for (String queue : queues) {
        channel.queueDelete(queue);
      }
      channel.exchangeDelete(name);
    } catch (IOException | TimeoutException e) {
      throw new IllegalStateException(
          "the exchange and the queues " + name + "… cannot be removed: " + e, e);
    }
  }
}
