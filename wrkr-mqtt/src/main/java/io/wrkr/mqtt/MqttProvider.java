package io.wrkr.mqtt;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens {@code mqtt://user:password@host:port?store=URI} and {@code mqtts:}, the store's URI
 * percent-encoded. Further options: {@code prefix} and {@code topics}, see {@link MqttOptions}.
 */
public final class MqttProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public MqttProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("mqtt:", "mqtts:");
  }

  @Override
  public Backend open(String uri) {
    throw new IllegalArgumentException(
        "An MQTT backend stands on a store: open it with Wrkr.connect, or with MqttBackend.of and"
            + " a store");
  }

  @Override
  public Backend open(String uri, Function<String, Backend> others) {
    MqttUri parsed = MqttUri.parse(uri);
    return MqttBackend.of(parsed.server(), others.apply(parsed.server().store()), parsed.options());
  }
}
