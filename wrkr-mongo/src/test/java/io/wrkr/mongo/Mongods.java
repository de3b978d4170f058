package io.wrkr.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoSocketException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.spi.SystemSeam;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Assumptions;

/**
 * A MongoDB for tests: the one of WRKR_TEST_MONGODB, or a replica set of its own, started from the
 * mongod of WRKR_MONGOD, of PATH, or of the folder beside the checkout.
 *
 * <p>Each mongod is the child of a shell that kills it and removes its data when this process ends,
 * however it ends.
 */
final class Mongods implements AutoCloseable {
  private static final String GUARD =
      "d=$1; shift; \"$@\" >/dev/null & p=$!; echo $p; cat >/dev/null;"
          + " kill -9 $p; wait $p; rm -rf \"$d\"";

  private static Optional<String> shared = Optional.empty();

  private final List<Member> members = new ArrayList<>();
  private final boolean testCommands;
  private final boolean replicaSet;

  /** One process. */
  private static final class Member {
    final int port;
    final Path data;
    Process guard;
    String pid = "";

    Member(int port, Path data) {
      this.port = port;
      this.data = data;
    }
  }

  private Mongods(boolean testCommands, boolean replicaSet) {
    this.testCommands = testCommands;
    this.replicaSet = replicaSet;
  }

  /** The URI, without a database, of a replica set that all tests of this JVM share. */
  static synchronized String uri() {
    String given = System.getenv("WRKR_TEST_MONGODB");
    if (given != null) {
      return given;
    }
    if (shared.isEmpty()) {
      shared = Optional.of(start(1, false).address());
    }
    return shared.get();
  }

  /** The same with a database. */
  static String uri(String database) {
    return withDatabase(uri(), database);
  }

  private static String withDatabase(String uri, String database) {
    return uri.replaceFirst("/(\\?|$)", "/" + database + "$1");
  }

  /** Starts a replica set; the test is not run where there is no mongod. */
  static Mongods start(int size, boolean testCommands) {
    Mongods set = new Mongods(testCommands, true);
    set.launch(size);
    set.initiate();
    return set;
  }

  /** Starts a member of a set without a primary, since nobody initiates it. */
  static Mongods withoutPrimary() {
    Mongods set = new Mongods(false, true);
    set.launch(1);
    try (MongoClient client = direct(set.members.get(0))) {
      client.getDatabase("admin").runCommand(new org.bson.Document("hello", 1));
    }
    return set;
  }

  static Mongods standalone() {
    return standalone(false);
  }

  static Mongods standalone(boolean testCommands) {
    Mongods one = new Mongods(testCommands, false);
    one.launch(1);
    one.awaitPrimary();
    return one;
  }

  private void launch(int size) {
    binary(); // the assumption first
    for (int i = 0; i < size; i++) {
      try {
        Member member = new Member(freePort(), Files.createTempDirectory("wrkr-mongod"));
        members.add(member);
        launch(member);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void launch(Member member) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", GUARD, "sh"));
    command.add(member.data.toString());
    command.addAll(
        List.of(
            binary(),
            "--bind_ip",
            "127.0.0.1",
            "--port",
            String.valueOf(member.port),
            "--dbpath",
            member.data.toString(),
            "--logpath",
            member.data.resolve("mongod.log").toString(),
            "--nounixsocket",
            "--wiredTigerCacheSizeGB",
            "1"));
    if (replicaSet) {
      command.addAll(List.of("--replSet", "wrkr"));
    }
    if (testCommands) {
      command.addAll(List.of("--setParameter", "enableTestCommands=1"));
    }
    member.guard =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(member.guard.getInputStream(), StandardCharsets.UTF_8));
    member.pid = out.readLine();
  }

  private void initiate() {
    BsonArray hosts = new BsonArray();
    for (Member member : members) {
      hosts.add(
          new BsonDocument("_id", new BsonInt32(hosts.size()))
              .append("host", new BsonString("127.0.0.1:" + member.port)));
    }
    BsonDocument config =
        new BsonDocument("_id", new BsonString("wrkr"))
            .append("members", hosts)
            .append("settings", BsonDocument.parse("{electionTimeoutMillis: 2000}"));
    for (Member member : members) {
      try (MongoClient client = direct(member)) {
        client.getDatabase("admin").runCommand(BsonDocument.parse("{ping: 1}"));
      }
    }
    try (MongoClient client = direct(members.get(0))) {
      client
          .getDatabase("admin")
          .runCommand(new BsonDocument("replSetInitiate", config), BsonDocument.class);
    }
    awaitPrimary();
  }

  /** The driver waits for a primary by itself. */
  void awaitPrimary() {
    try (MongoClient client = MongoClients.create(address())) {
      client.getDatabase("admin").getCollection("nothing").countDocuments();
      client.getDatabase("wrkr_probe").getCollection("probe").insertOne(new org.bson.Document());
    }
  }

  String address() {
    return "mongodb://"
        + members.stream().map(m -> "127.0.0.1:" + m.port).collect(Collectors.joining(","))
        + "/"
        + (replicaSet ? "?replicaSet=wrkr" : "");
  }

  String address(String database) {
    return withDatabase(address(), database);
  }

  private static MongoClient direct(Member member) {
    return MongoClients.create(
        MongoClientSettings.builder()
            .applyConnectionString(
                new ConnectionString(
                    "mongodb://127.0.0.1:" + member.port + "/?directConnection=true"))
            .build());
  }

  /** Drops a database. */
  void drop(String database) {
    try (MongoClient client = MongoClients.create(address())) {
      client.getDatabase(database).drop();
    }
  }

  /** Runs a command on the admin database of the primary. */
  BsonDocument admin(String json) {
    try (MongoClient client = MongoClients.create(address())) {
      return client.getDatabase("admin").runCommand(BsonDocument.parse(json), BsonDocument.class);
    }
  }

  /** Runs a command on the admin database of a member, whatever its state. */
  BsonDocument admin(int index, String json) {
    try (MongoClient client = direct(members.get(index))) {
      return client.getDatabase("admin").runCommand(BsonDocument.parse(json), BsonDocument.class);
    }
  }

  /** Has a member elected primary; until it has all that the others have, they refuse it. */
  void stepUp(int index) {
    long end = nanos() + TimeUnit.SECONDS.toNanos(30);
    while (!admin(index, "{hello: 1}").getBoolean("isWritablePrimary").getValue()) {
      if (nanos() > end) {
        throw new IllegalStateException("Member " + index + " was not elected within 30 s");
      }
      try {
        admin(index, "{replSetStepUp: 1}");
      } catch (MongoCommandException e) {
        continue; // refused: it is asked for again
      }
    }
  }

  int port(int index) {
    return members.get(index).port;
  }

  /** Asks the primary to step down; its connections may break while it does. */
  void stepDown(int seconds) {
    try {
      admin(
          "{replSetStepDown: "
              + seconds
              + ", secondaryCatchUpPeriodSecs: "
              + (seconds - 1)
              + ", force: true}");
    } catch (MongoSocketException e) {
      // The answer may be lost.
    }
  }

  /** kill -9 of a member's mongod, and a start anew on the same data. */
  void killAndRestart(int index) {
    signal(index, "KILL");
    Member member = members.get(index);
    try {
      awaitExit(member);
      // The old guard would remove the data: end it without its last step.
      member.guard.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      launch(member);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitExit(Member member) {
    ProcessHandle.of(Long.parseLong(member.pid)).ifPresent(process -> process.onExit().join());
  }

  /** Sends a signal (STOP, CONT, KILL) to a member. */
  void signal(int index, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, members.get(index).pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The member that is primary. */
  int primary() {
    try (MongoClient client = MongoClients.create(address())) {
      String host =
          client
              .getDatabase("admin")
              .runCommand(BsonDocument.parse("{hello: 1}"), BsonDocument.class)
              .getString("me")
              .getValue();
      for (int i = 0; i < members.size(); i++) {
        if (host.endsWith(":" + members.get(i).port)) {
          return i;
        }
      }
      throw new IllegalStateException("Unknown primary " + host);
    }
  }

  @Override
  public void close() {
    for (Member member : members) {
      signal(members.indexOf(member), "KILL");
      try {
        member.guard.getOutputStream().close();
        member.guard.waitFor(10, TimeUnit.SECONDS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The path of a mongod; without one, the test is not run. */
  private static String binary() {
    Optional<String> found =
        Stream.of(named(), onPath(), besideCheckout())
            .flatMap(Optional::stream)
            .filter(path -> new File(path).canExecute())
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("not run: no mongod");
    }
    Assumptions.assumeTrue(found.isPresent(), "not run: no mongod");
    return found.get();
  }

  private static Optional<String> named() {
    return Optional.ofNullable(System.getenv("WRKR_MONGOD"));
  }

  private static Optional<String> onPath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "mongod").toString())
        .filter(path -> new File(path).canExecute())
        .findFirst();
  }

  private static Optional<String> besideCheckout() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/mongodb/start").toFile())
        .filter(File::canExecute)
        .findFirst()
        .flatMap(Mongods::printed);
  }

  private static Optional<String> printed(File start) {
    try {
      Process process =
          new ProcessBuilder(start.getPath(), "--print-binary")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return process.waitFor() == 0 ? Optional.of(path) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @SystemSeam
  static long nanos() {
    return System.nanoTime();
  }
}
