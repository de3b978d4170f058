package io.wrkr.mqtt;

import io.wrkr.spi.BrokerUri;
import java.util.Set;

/** {@code mqtt://user:password@host:port?store=URI}, taken apart. */
record MqttUri(BrokerUri server, MqttOptions options) {
  private static final String PRODUCT = "MQTT";
  private static final Set<String> KNOWN = Set.of("prefix", "topics");

  static MqttUri parse(String text) {
    BrokerUri uri = BrokerUri.parse(PRODUCT, text, KNOWN);
    MqttOptions defaults = MqttOptions.defaults();
    String prefix = uri.options().getOrDefault("prefix", defaults.prefix());
    return new MqttUri(
        server(uri), new MqttOptions(prefix, uri.options().getOrDefault("topics", prefix + "/e/")));
  }

  static BrokerUri server(String text) {
    return server(BrokerUri.ofServer(PRODUCT, text));
  }

  private static BrokerUri server(BrokerUri uri) {
    if (!uri.scheme().equalsIgnoreCase("mqtt") && !uri.scheme().equalsIgnoreCase("mqtts")) {
      throw new IllegalArgumentException(
          "The scheme '" + uri.scheme() + "' is not one of MQTT: use mqtt or mqtts");
    }
    if (!uri.path().isEmpty()) {
      throw new IllegalArgumentException(
          "The URI for MQTT has a path after its host, which MQTT has no use for: leave it out");
    }
    return uri;
  }
}
