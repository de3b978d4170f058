package io.wrkr.mqtt;

import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.BrokerUri;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

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
  private static final int SECONDS = 5;
  private static final int KEEP_ALIVE_SECONDS = 20;
  private static final int RECEIVE_MAXIMUM = 65_534;
  private static final int PORT = 1883;
  private static final int TLS_PORT = 8883;

  private final BrokerUri server;

  Link(BrokerUri server) {
    this.server = server;
  }

  Mqtt5AsyncClient client(String identifier, MqttClientDisconnectedListener listener) {
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
            .addDisconnectedListener(listener);
    if (server.user().isPresent()) {
      builder =
          builder
              .simpleAuth()
              .username(server.user().get())
              .password(server.password().orElse("").getBytes(StandardCharsets.UTF_8))
              .applySimpleAuth();
    }
    return (tls ? builder.sslWithDefaultConfig() : builder).buildAsync();
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
    Mqtt5ConnAck answer =
        Failures.await("Connecting to " + server, Outcome.FAILED, connect.send(), 3 * SECONDS);
    if (answer.getRestrictions().getMaximumQos() == MqttQos.AT_MOST_ONCE) {
      disconnect(client, true);
      throw new BackendException(
          Outcome.FATAL, "The MQTT broker at " + server + " has no QoS 1: use one that has", null);
    }
    return answer;
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
