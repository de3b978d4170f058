package io.wrkr.verify;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** A MariaDB of our own, with its defaults of durability. */
final class MariaDbServer extends GuardedServer {
  private final String program;

  private MariaDbServer(String program, String installer) {
    super("mysql");
    this.program = program;
    run(
        List.of(
            installer,
            "--no-defaults",
            "--datadir=" + data,
            "--auth-root-authentication-method=normal",
            "--skip-test-db"));
  }

  /** Starts one, if MariaDB is installed here. */
  static Optional<StoreServer> start() {
    String program = executable("/usr/sbin/mariadbd");
    String installer = executable("/usr/bin/mariadb-install-db");
    if (program == null || installer == null) {
      return Optional.empty();
    }
    MariaDbServer server = new MariaDbServer(program, installer);
    try {
      server.restart();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return Optional.of(server);
  }

  @Override
  public String name() {
    return "mariadb";
  }

  @Override
  public String uri(int bus, int through) {
    return "jdbc:mariadb://127.0.0.1:"
        + (through == 0 ? port : through)
        + "/verify?user=wrkr&password="
        + PASSWORD
        + "&prefix=verify"
        + bus;
  }

  @Override
  List<String> command() {
    return List.of(
        program,
        "--no-defaults",
        "--datadir=" + data,
        "--bind-address=127.0.0.1",
        "--port=" + port,
        "--socket=" + data.resolve("socket"),
        "--pid-file=" + data.resolve("pid"));
  }

  @Override
  void probe() throws SQLException {
    String uri = "jdbc:mariadb://127.0.0.1:" + port + "/?user=root&connectTimeout=3000";
    try (Connection connection = DriverManager.getConnection(uri)) {
      Statement statement = connection.createStatement();
      statement.execute("CREATE DATABASE IF NOT EXISTS verify");
      statement.execute(
          "CREATE USER IF NOT EXISTS wrkr@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'");
      statement.execute("GRANT ALL ON verify.* TO wrkr@'127.0.0.1'");
    }
  }
}
