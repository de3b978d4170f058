package io.wrkr.mqtt;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.disposables.SerialDisposable;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.BrokerUri;
import io.wrkr.spi.SystemSeam;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes clients for one broker. A client is used for one connection and never connects again: after
 * a loss, one that has messages unacknowledged would not go on rightly.
 *
 * <p>The receive maximum is one less than the protocol's own, 65,535, which is never written:
 * Mosquitto then sends 20 messages at a time, as its {@code max_inflight_messages} says, and counts
 * all others against its limit. It exceeds a much smaller one when a session goes on with more
 * waiting, for which the client has to end the connection.
 */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int SECONDS = 5;
  private static final int KEEP_ALIVE_SECONDS = 20;
  private static final int RECEIVE_MAXIMUM = 65_534;
  private static final int THREADS = 2;
  private static final int PORT = 1883;
  private static final int TLS_PORT = 8883;

  private final BrokerUri server;

  /**
   * The library has a group of threads for each executor, which ends with the group's last client.
   * A lambda would be the same executor for all links.
   */
  private final Executor threads =
      new Executor() {
        @Override
        public void execute(Runnable task) {
          start(task);
        }
      };

  Link(BrokerUri server) {
    this.server = server;
  }

  @SystemSeam
  private static void start(Runnable task) {
    Thread thread = new Thread(task, "wrkr-mqtt-client");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Makes a client that hands on what it is brought until its connection ends or cannot be made.
   * The stream of messages is asked for before there is a connection, since what comes while nobody
   * listens is acknowledged and lost; and it is left when there is none any more, since the library
   * keeps its threads as long as a stream is open.
   *
   * @param manually whether each message waits for its {@code acknowledge()}
   */
  Mqtt5AsyncClient client(
      String identifier,
      boolean manually,
      Consumer<Mqtt5Publish> arrived,
      MqttClientDisconnectedListener listener) {
    SerialDisposable stream = new SerialDisposable();
    boolean tls = server.scheme().equalsIgnoreCase("mqtts");
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(identifier)
            .transportConfig()
            .serverHost(server.host())
            .serverPort(server.port().orElse(tls ? TLS_PORT : PORT))
            .socketConnectTimeout(SECONDS, TimeUnit.SECONDS)
            .mqttConnectTimeout(SECONDS, TimeUnit.SECONDS)
            .applyTransportConfig()
            .executorConfig()
            .nettyExecutor(threads)
            .nettyThreads(THREADS)
            .applyExecutorConfig()
            .addDisconnectedListener(context -> stream.dispose())
            .addDisconnectedListener(listener);
    if (server.user().isPresent()) {
      builder =
          builder
              .simpleAuth()
              .username(server.user().get())
              .password(server.password().orElse("").getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    Mqtt5AsyncClient client = (tls ? builder.sslWithDefaultConfig() : builder).buildAsync();
    stream.set(
        client
            .toRx()
            .publishes(MqttGlobalPublishFilter.ALL, manually)
            .subscribe(
                message -> handOn(message, arrived),
                e -> LOG.debug("The messages for {} end: {}", identifier, Failures.text(e))));
    return client;
  }

  /**
   * What is thrown would end the stream, and the library would acknowledge whatever comes later.
   */
  private static void handOn(Mqtt5Publish message, Consumer<Mqtt5Publish> arrived) {
    try {
      arrived.accept(message);
    } catch (Throwable e) {
      LOG.error("A message of {} could not be taken in", message.getTopic(), e);
    }
  }

  /** Connects to a session that outlives the connection, or to a new one that does not. */
  Mqtt5ConnAck connect(Mqtt5AsyncClient client, boolean lasting) {
    var connect =
        client
            .connectWith()
            .cleanStart(!lasting)
            .keepAlive(KEEP_ALIVE_SECONDS)
            .restrictions()
            .receiveMaximum(RECEIVE_MAXIMUM)
            .applyRestrictions();
    connect = lasting ? connect.noSessionExpiry() : connect.sessionExpiryInterval(0);
    Mqtt5ConnAck answer = await(client, connect.send());
    if (answer.getRestrictions().getMaximumQos() == MqttQos.AT_MOST_ONCE) {
      disconnect(client, true);
      throw new BackendException(
          Outcome.FATAL, "The MQTT broker at " + server + " has no QoS 1: use one that has", null);
    }
    return answer;
  }

  /** A connection that is made when nobody waits for it any more is left at once. */
  private Mqtt5ConnAck await(Mqtt5AsyncClient client, CompletableFuture<Mqtt5ConnAck> answer) {
    try {
      return Failures.await("Connecting to " + server, Outcome.FAILED, answer, 3 * SECONDS);
    } catch (RuntimeException e) {
      var unused = answer.thenCompose(connected -> client.disconnect());
      throw e;
    }
  }

  /** Leaves; what the session holds stays unless it is to end. */
  static void disconnect(Mqtt5AsyncClient client, boolean end) {
    if (client.getState() != MqttClientState.CONNECTED) {
      return;
    }
    var disconnect = Mqtt5Disconnect.builder();
    try {
      Failures.await(
          "Disconnecting",
          Outcome.FAILED,
          client.disconnect((end ? disconnect.sessionExpiryInterval(0) : disconnect).build()),
          SECONDS);
    } catch (BackendException e) {
      // It was lost at the same time.
      return;
    }
  }
}
