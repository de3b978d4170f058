package io.wrkr.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Mosquitto of a test's own, on a loopback port that was free, set up as documented. */
final class Mosquitto implements AutoCloseable {
  private static final int TRIES = 200;

  private final Path directory;
  private final List<String> settings;
  private int port;
  private Process process;

  /** Says once why tests do not run, where there is no program to start. */
  static final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (program("mosquitto").isPresent() && program("mosquitto_passwd").isPresent()) {
        return ConditionEvaluationResult.enabled("mosquitto is installed");
      }
      String why = "no program mosquitto is installed";
      if (context.getTestMethod().isEmpty()) {
        System.out.println("not run: " + context.getDisplayName() + ": " + why);
      }
      return ConditionEvaluationResult.disabled("not run: " + why);
    }
  }

  static Optional<Path> program(String name) {
    String path = String.valueOf(System.getenv("PATH")) + ":/usr/sbin:/usr/local/sbin";
    return Stream.of(path.split(":"))
        .map(each -> Path.of(each, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a broker that keeps its state in the directory. */
  Mosquitto(Path directory, String... settings) throws IOException, InterruptedException {
    this.directory = directory;
    this.settings = List.of(settings);
    start();
  }

  int port() {
    return port;
  }

  private void start() throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (port == 0 || i > 0) {
        port = freePort();
      }
      if (isUp()) {
        return;
      }
    }
    throw new AssertionError("mosquitto does not start: " + log());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns whether it answers; not if another program has taken the port meanwhile. */
  private boolean isUp() throws IOException, InterruptedException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "listener " + port + " 127.0.0.1",
                "user root",
                "persistence true",
                "persistence_location " + directory + "/",
                "autosave_interval 1",
                "autosave_on_changes true",
                "max_queued_messages 0",
                "max_inflight_messages 1000",
                "set_tcp_nodelay true"));
    lines.addAll(settings);
    Path config = Files.write(directory.resolve("mosquitto.conf"), lines);
    process =
        new ProcessBuilder(program("mosquitto").orElseThrow().toString(), "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return true;
      } catch (IOException e) {
        continue; // not yet
      }
    }
    return false;
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  /** Starts it again on the same port. */
  void startAgain() throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (isUp()) {
        return;
      }
    }
    throw new AssertionError("mosquitto does not start again: " + log());
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
