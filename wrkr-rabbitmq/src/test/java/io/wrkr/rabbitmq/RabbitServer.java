package io.wrkr.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A RabbitMQ of a test's own, on loopback ports that were free: with a folder, a node name, a
 * cookie and a port mapper of its own, so that it has nothing to do with the machine's.
 */
final class RabbitServer implements AutoCloseable {
  private static final int TRIES = 1200;

  private final Path directory;
  private final int port;
  private final Map<String, String> environment;
  private final Process portMapper;
  private Process process;

  /** Says once why tests do not run, where there is no program to start. */
  static final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (program("rabbitmq-server").isPresent()
          && program("rabbitmqctl").isPresent()
          && program("epmd").isPresent()) {
        return ConditionEvaluationResult.enabled("RabbitMQ is installed");
      }
      String why = "no programs rabbitmq-server, rabbitmqctl and epmd are installed";
      if (context.getTestMethod().isEmpty()) {
        System.out.println("not run: " + context.getDisplayName() + ": " + why);
      }
      return ConditionEvaluationResult.disabled("not run: " + why);
    }
  }

  /** Debian's scripts on the PATH insist on the machine's user and folder; those here do not. */
  private static Optional<Path> program(String name) {
    String path = "/usr/lib/rabbitmq/bin:" + System.getenv("PATH");
    return Stream.of(path.split(":"))
        .map(each -> Path.of(each, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts a broker that keeps its state in the directory. */
  RabbitServer(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.port = freePort();
    int portMapperPort = freePort();
    this.environment =
        Map.ofEntries(
            Map.entry("HOME", directory.toString()),
            Map.entry("ERL_EPMD_PORT", String.valueOf(portMapperPort)),
            Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
            Map.entry("RABBITMQ_NODENAME", "test@localhost"),
            Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
            Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
            Map.entry("RABBITMQ_DIST_PORT", String.valueOf(freePort())),
            Map.entry("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString()),
            Map.entry("RABBITMQ_LOG_BASE", directory.resolve("log").toString()),
            Map.entry("RABBITMQ_CONF_ENV_FILE", directory.resolve("no-env").toString()),
            Map.entry("RABBITMQ_CONFIG_FILE", directory.resolve("no-config").toString()),
            Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString()),
            // The program is the server itself then, and no shell that would outlive or hide it.
            Map.entry("RUNNING_UNDER_SYSTEMD", "true"));
    Files.writeString(directory.resolve("plugins"), "[].");
    portMapper = run("epmd", "-port", String.valueOf(portMapperPort), "-address", "127.0.0.1");
    startAgain();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process run(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program(name).orElseThrow().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("output").toFile()))
        .start();
  }

  /** Starts it on the same ports and data, and returns when it answers. */
  void startAgain() throws IOException, InterruptedException {
    process = run("rabbitmq-server");
    for (int i = 0; i < TRIES && !process.waitFor(50, TimeUnit.MILLISECONDS); i++) {
      try (Connection connection = factory().newConnection()) {
        if (connection.isOpen()) {
          return;
        }
      } catch (IOException | TimeoutException e) {
        continue; // not yet
      }
    }
    kill();
    throw new AssertionError(
        "rabbitmq-server does not start: " + Files.readString(directory.resolve("output")));
  }

  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    return factory;
  }

  /** Tells the server something as its operator would. */
  void control(String... arguments) throws IOException, InterruptedException {
    Process control = run("rabbitmqctl", arguments);
    if (!control.waitFor(60, TimeUnit.SECONDS) || control.exitValue() != 0) {
      control.destroyForcibly();
      throw new AssertionError(
          "rabbitmqctl failed: " + Files.readString(directory.resolve("output")));
    }
  }

  /**
   * Writes to disk which files belong to which quorum queue: by itself RabbitMQ does so up to three
   * minutes after a queue was declared, and one killed before starts again with an empty queue that
   * never elects a leader.
   */
  void saveQueues() throws IOException, InterruptedException {
    control("eval", "[dets:sync(T) || T <- dets:all()].");
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    portMapper.destroyForcibly();
    portMapper.waitFor();
  }
}
