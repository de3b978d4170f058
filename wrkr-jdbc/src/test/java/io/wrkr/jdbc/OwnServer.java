package io.wrkr.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A database server of a test's own, on loopback and in a temporary folder, that can be killed. */
final class OwnServer implements AutoCloseable {
  private static final Path POSTGRES = Path.of("/usr/lib/postgresql/15/bin");
  private static final int ATTEMPTS = 300;

  private final boolean postgres;
  private final Path folder;
  private final int port;
  private Process process;

  private OwnServer(boolean postgres) throws IOException {
    this.postgres = postgres;
    this.folder = Files.createTempDirectory("wrkr-server");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  static OwnServer postgres() {
    return started(true, POSTGRES.resolve("postgres"));
  }

  static OwnServer mariaDb() {
    return started(false, Path.of("/usr/sbin/mariadbd"));
  }

  private static OwnServer started(boolean postgres, Path program) {
    if (!Files.isExecutable(program)) {
      String why = "not run: there is no " + program;
      System.out.println(why);
      Assumptions.abort(why);
    }
    try {
      OwnServer server = new OwnServer(postgres);
      server.initialise();
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String uri() {
    return postgres
        ? "jdbc:postgresql://127.0.0.1:"
            + port
            + "/postgres?user=postgres&password=S3cr3t-canary&connectTimeout=3"
        : "jdbc:mariadb://127.0.0.1:" + port + "/test?user=root&connectTimeout=3000";
  }

  private void initialise() throws IOException {
    List<String> command;
    if (postgres) {
      Path data = folder.resolve("data");
      if (isRoot()) {
        run(List.of("chown", "postgres", folder.toString()));
      }
      command =
          asPostgres(
              POSTGRES.resolve("initdb").toString(),
              "-D",
              data.toString(),
              "-A",
              "trust",
              "-U",
              "postgres",
              "-N");
    } else {
      command =
          List.of(
              "mariadb-install-db",
              "--no-defaults",
              "--datadir=" + folder.resolve("data"),
              "--auth-root-authentication-method=normal",
              "--skip-name-resolve",
              "--user=" + System.getProperty("user.name"));
    }
    run(command);
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** The tool becomes the server, so that killing the process kills the server. */
  private static List<String> asPostgres(String... command) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private void run(List<String> command) throws IOException {
    Process tool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolveSibling(folder.getFileName() + ".log").toFile())
            .directory(Path.of("/").toFile())
            .start();
    if (!ended(tool, 120_000) || tool.exitValue() != 0) {
      throw new AssertionError(command + " failed");
    }
  }

  private static boolean ended(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts the server and waits until it answers. */
  void start() throws IOException {
    String data = folder.resolve("data").toString();
    List<String> command =
        postgres
            ? asPostgres(
                POSTGRES.resolve("postgres").toString(),
                "-D",
                data,
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "autovacuum=off")
            : List.of(
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--innodb-buffer-pool-size=64M",
                "--user=" + System.getProperty("user.name"));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (process == null || !process.isAlive()) {
        process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .directory(Path.of("/").toFile())
                .start();
      }
      if (answers()) {
        return;
      }
      ended(process, 100);
    }
    throw new AssertionError("The server on port " + port + " does not answer");
  }

  private boolean answers() {
    String first = uri().replace("/test?", "/?");
    try (Connection connection = DriverManager.getConnection(first);
        Statement statement = connection.createStatement()) {
      if (!postgres) {
        statement.execute("CREATE DATABASE IF NOT EXISTS test");
      }
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Kills the server as kill -9 does, and waits for its end. */
  void kill() {
    process.destroyForcibly();
    if (!ended(process, 60_000)) {
      throw new AssertionError("The server on port " + port + " cannot be killed");
    }
  }

  /** Runs statements as the administrator. */
  void execute(String... statements) {
    try (Connection connection = DriverManager.getConnection(uri());
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(OwnServer::delete);
      Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".log"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
