package io.wrkr.verify;

import java.io.File;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL of our own, with its defaults of durability. */
final class PostgresServer extends GuardedServer {
  private final String programs;

  private PostgresServer(String programs) {
    super("postgres");
    this.programs = programs;
    run(
        List.of(
            programs + "/initdb", "-D", data.toString(), "-A", "trust", "-U", "wrkr", "--no-sync"));
  }

  /** Starts one, if PostgreSQL is installed here. */
  static Optional<StoreServer> start() {
    Optional<String> programs = programs();
    if (programs.isEmpty()) {
      return Optional.empty();
    }
    PostgresServer server = new PostgresServer(programs.get());
    try {
      server.restart();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return Optional.of(server);
  }

  private static Optional<String> programs() {
    File[] versions = new File("/usr/lib/postgresql").listFiles();
    return Stream.concat(
            versions == null
                ? Stream.empty()
                : Arrays.stream(versions)
                    .map(version -> version + "/bin")
                    .sorted(Comparator.reverseOrder()),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)))
        .filter(folder -> new File(folder, "initdb").canExecute())
        .findFirst();
  }

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public String uri(int bus, int through) {
    return "jdbc:postgresql://127.0.0.1:"
        + (through == 0 ? port : through)
        + "/postgres?user=wrkr&password="
        + PASSWORD
        + "&prefix=verify"
        + bus;
  }

  @Override
  List<String> command() {
    return List.of(
        programs + "/postgres",
        "-D",
        data.toString(),
        "-h",
        "127.0.0.1",
        "-p",
        String.valueOf(port),
        "-c",
        "unix_socket_directories=",
        "-c",
        "shared_buffers=64MB");
  }

  @Override
  void probe() throws SQLException {
    String uri = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=wrkr&connectTimeout=3";
    try (Connection connection = DriverManager.getConnection(uri)) {
      connection.createStatement().execute("SELECT 1");
    }
  }
}
