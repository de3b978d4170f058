package io.wrkr.mqtt.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/** The broker's process: runs until its standard input ends. */
final class HiveMq {
  private HiveMq() {}

  /** Takes the folder that {@link TestBroker} prepared. */
  public static void main(String[] arguments)
      throws ExecutionException, InterruptedException, IOException {
    Path folder = Path.of(arguments[0]);
    // There is no extension that would ask for names and passwords.
    InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(false);
    try (EmbeddedHiveMQ broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(folder)
            .withDataFolder(folder)
            .withExtensionsFolder(folder)
            .build()) {
      broker.start().get();
      while (System.in.read() >= 0) {
        continue;
      }
    }
  }
}
