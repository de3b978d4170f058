package io.wrkr.mqtt.broker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * HiveMQ CE on a loopback port, in a process of its own: its libraries and those of the MQTT client
 * do not fit into one.
 *
 * <p>The process ends with the one that started it.
 */
public final class TestBroker implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;
  private static final String CONFIG =
      """
      <hivemq>
        <listeners>
          <tcp-listener>
            <port>%d</port>
            <bind-address>127.0.0.1</bind-address>
          </tcp-listener>
        </listeners>
        <mqtt>
          <queued-messages>
            <max-queue-size>1000000</max-queue-size>
          </queued-messages>
          <receive-maximum>
            <server-receive-maximum>1000</server-receive-maximum>
          </receive-maximum>
        </mqtt>
        <persistence>
          <mode>in-memory</mode>
        </persistence>
        <anonymous-usage-statistics>
          <enabled>false</enabled>
        </anonymous-usage-statistics>
      </hivemq>
      """;

  private final int port;
  private final Process process;

  /**
   * Starts a broker.
   *
   * @param folder an empty one, for its settings and what it says
   */
  public TestBroker(Path folder) throws IOException, InterruptedException {
    port = freePort();
    Files.writeString(folder.resolve("config.xml"), String.format(CONFIG, port));
    Path log = folder.resolve("said.log");
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath(),
                HiveMq.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!isUpSoon()) {
      close();
      throw new IOException("HiveMQ does not start: " + Files.readString(log));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String classPath() throws IOException {
    URL location = TestBroker.class.getProtectionDomain().getCodeSource().getLocation();
    Path here = Path.of(URI.create(location.toString()));
    try (InputStream libraries = TestBroker.class.getResourceAsStream("classpath")) {
      if (libraries == null) {
        throw new IOException("The list of the broker's libraries is missing in " + here);
      }
      return here
          + File.pathSeparator
          + new String(libraries.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private boolean isUpSoon() throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        return false;
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return true;
      } catch (IOException e) {
        continue; // not yet
      }
    }
    return false;
  }

  /** Returns where it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
