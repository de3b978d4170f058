package io.wrkr.jdbc;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * Servers in containers, for machines that have Docker instead of servers. Each is started once and
 * lives as long as this JVM.
 */
enum Containers {
  POSTGRESQL(
      "postgres:17-alpine",
      5432,
      Map.of("POSTGRES_USER", "root", "POSTGRES_DB", "test", "POSTGRES_PASSWORD", "in-container"),
      ".*ready to accept connections.*",
      2,
      "jdbc:postgresql://%s:%d/test?user=root&password=in-container"),
  MARIADB(
      "mariadb:11.4",
      3306,
      Map.of("MARIADB_DATABASE", "test", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "1"),
      ".*port: 3306 .*",
      1,
      "jdbc:mariadb://%s:%d/test?user=root"),
  MYSQL(
      "mysql:8.4",
      3306,
      Map.of("MYSQL_DATABASE", "test", "MYSQL_ALLOW_EMPTY_PASSWORD", "1"),
      ".*port: 3306 .*",
      1,
      "jdbc:mariadb://%s:%d/test?user=root&allowPublicKeyRetrieval=true");

  private static final Map<Containers, String> STARTED = new ConcurrentHashMap<>();

  private final String image;
  private final int port;
  private final Map<String, String> environment;
  private final String readyLine;
  private final int readyLines;
  private final String uri;

  /** Creates one that is ready when it has written so many lines that match. */
  Containers(
      String image,
      int port,
      Map<String, String> environment,
      String readyLine,
      int readyLines,
      String uri) {
    this.image = image;
    this.port = port;
    this.environment = environment;
    this.readyLine = readyLine;
    this.readyLines = readyLines;
    this.uri = uri;
  }

  /** Returns the URI of the server in its container; nothing where no Docker answers. */
  Optional<String> uri() {
    return DockerClientFactory.instance().isDockerAvailable()
        ? Optional.of(STARTED.computeIfAbsent(this, Containers::start))
        : Optional.empty();
  }

  /** Testcontainers ends it with this JVM. */
  private String start() {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withExposedPorts(port)
            .withEnv(environment)
            .waitingFor(Wait.forLogMessage(readyLine, readyLines));
    container.start();
    return String.format(uri, container.getHost(), container.getMappedPort(port));
  }
}
