package io.wrkr.verify;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A MongoDB of our own, a replica set of one: the mongod of WRKR_MONGOD, of PATH, or of the folder
 * beside the checkout.
 */
final class MongodServer extends GuardedServer {
  private static final String STEP_DOWN =
      "{replSetStepDown: 1, secondaryCatchUpPeriodSecs: 0, force: true}";

  private final String program;
  private boolean initiated;

  private MongodServer(String program) {
    super("");
    this.program = program;
  }

  /** Starts one, if there is a mongod. */
  static Optional<StoreServer> start() {
    String program = binary();
    if (program == null) {
      return Optional.empty();
    }
    MongodServer server = new MongodServer(program);
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
    return "mongodb";
  }

  @Override
  public String uri(int bus, int through) {
    return "mongodb://127.0.0.1:"
        + (through == 0 ? port : through)
        + "/verify"
        + bus
        + "?directConnection=true";
  }

  @Override
  List<String> command() {
    return List.of(
        program,
        "--bind_ip",
        "127.0.0.1",
        "--port",
        String.valueOf(port),
        "--dbpath",
        data.toString(),
        "--logpath",
        data.resolve("mongod.log").toString(),
        "--nounixsocket",
        "--wiredTigerCacheSizeGB",
        "0.5",
        "--replSet",
        "wrkr",
        // A killed one begins again at its last checkpoint, by default up to a minute before: then
        // it is busy with that most of the time until it is killed again.
        "--syncdelay",
        "5",
        // What a killed child changed in a transaction is locked for so long: by default 60.
        "--setParameter",
        "transactionLifetimeLimitSeconds=10");
  }

  @Override
  void probe() {
    try (MongoClient client = MongoClients.create(direct())) {
      MongoDatabase admin = client.getDatabase("admin");
      if (!initiated) {
        initiate(admin);
        initiated = true;
      }
      BsonDocument hello = admin.runCommand(BsonDocument.parse("{hello: 1}"), BsonDocument.class);
      if (!hello.getBoolean("isWritablePrimary").getValue()) {
        throw new IllegalStateException("There is no primary yet");
      }
    }
  }

  @Override
  public boolean canStepDown() {
    return true;
  }

  /** A set of one elects its member again when the second is over. */
  @Override
  public boolean stepDown() {
    try (MongoClient client = MongoClients.create(direct())) {
      client.getDatabase("admin").runCommand(BsonDocument.parse(STEP_DOWN));
    } catch (MongoException e) {
      // Refused while it is no primary yet, or its answer went with its connections.
      return false;
    }
    await(
        () -> {
          probe();
          return true;
        });
    return true;
  }

  private String direct() {
    return "mongodb://127.0.0.1:"
        + port
        + "/?directConnection=true&serverSelectionTimeoutMS=3000&socketTimeoutMS=5000";
  }

  private void initiate(MongoDatabase admin) {
    String config =
        "{replSetInitiate: {_id: 'wrkr', members: [{_id: 0, host: '127.0.0.1:"
            + port
            + "'}], settings: {electionTimeoutMillis: 1000}}}";
    try {
      admin.runCommand(BsonDocument.parse(config));
    } catch (MongoCommandException e) {
      if (!"AlreadyInitialized".equals(e.getErrorCodeName())) {
        throw e;
      }
    }
  }

  private static @Nullable String binary() {
    return Stream.of(System.getenv("WRKR_MONGOD"), executable("/usr/bin/mongod"), besideCheckout())
        .filter(Objects::nonNull)
        .filter(path -> new File(path).canExecute())
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String besideCheckout() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      File start = folder.resolve("shared/mongodb/start").toFile();
      if (start.canExecute()) {
        return printed(start);
      }
    }
    return null;
  }

  private static @Nullable String printed(File start) {
    try {
      Process process =
          new ProcessBuilder(start.getPath(), "--print-binary")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return process.waitFor() == 0 ? path : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while looking for a mongod", e);
    }
  }
}
