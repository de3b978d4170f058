package io.wrkr.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The commands that a client of its own sends, and what the server does with them. */
final class Sent implements CommandListener, AutoCloseable {
  private static final List<String> ENVELOPE =
      List.of(
          "lsid",
          "$db",
          "$clusterTime",
          "txnNumber",
          "maxTimeMS",
          "writeConcern",
          "startTransaction",
          "autocommit",
          "readConcern");

  private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();
  private final String database;
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private volatile String awaited = "";

  /** What sends. */
  final MongoClient client;

  Sent(String uri, String database) {
    this.database = database;
    this.client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .addCommandListener(this)
                .build());
  }

  @Override
  public void commandStarted(CommandStartedEvent event) {
    if (!event.getCommandName().equals("explain")) {
      commands.add(event.getCommand().clone());
    }
    if (isOn(awaited, event.getCommand())) {
      meanwhile.getAndSet(() -> {}).run();
    }
  }

  /** Does this once, when the next command on the collection is about to be sent. */
  void beforeNextOn(String collection, Runnable action) {
    meanwhile.set(action);
    awaited = collection;
  }

  private static boolean isOn(String collection, BsonDocument command) {
    return command.containsValue(new BsonString(collection));
  }

  void forget() {
    commands.clear();
  }

  /** Those of this name. */
  List<BsonDocument> named(String name) {
    return commands.stream().filter(command -> command.getFirstKey().equals(name)).toList();
  }

  /** Those on this collection. */
  List<BsonDocument> on(String collection) {
    return commands.stream().filter(command -> isOn(collection, command)).toList();
  }

  /** The conditions of a command, one of each of its statements. */
  static Stream<BsonDocument> conditions(BsonDocument command) {
    return switch (command.getFirstKey()) {
      case "find" -> Stream.of(command.getDocument("filter"));
      case "update" -> each(command, "updates").map(update -> update.getDocument("q"));
      case "delete" -> each(command, "deletes").map(delete -> delete.getDocument("q"));
      case "aggregate" ->
          each(command, "pipeline")
              .filter(stage -> stage.containsKey("$match"))
              .map(stage -> stage.getDocument("$match"));
      default -> Stream.of();
    };
  }

  private static Stream<BsonDocument> each(BsonDocument command, String list) {
    return command.getArray(list).stream().map(BsonValue::asDocument);
  }

  /** Runs the command again and returns the plan and what it did. */
  BsonDocument explain(BsonDocument command) {
    BsonDocument plain = new BsonDocument();
    command.forEach(
        (name, value) -> {
          if (!ENVELOPE.contains(name)) {
            plain.append(name, value);
          }
        });
    return client
        .getDatabase(database)
        .runCommand(
            new BsonDocument("explain", plain)
                .append("verbosity", new BsonString("executionStats")),
            BsonDocument.class);
  }

  /** The greatest number that any stage of the command's plan shows under this name. */
  long most(String figure, BsonDocument command) {
    return values(figure, explain(command)).stream()
        .mapToLong(value -> value.asNumber().longValue())
        .max()
        .orElse(0);
  }

  /** The names of the plan's stages that won. */
  List<String> stages(BsonDocument command) {
    BsonDocument explained = explain(command);
    List<String> stages = new ArrayList<>();
    for (BsonValue winner : values("winningPlan", explained)) {
      values("stage", winner).forEach(stage -> stages.add(stage.asString().getValue()));
    }
    return stages;
  }

  /** All values under this name, however deep. */
  private static List<BsonValue> values(String name, BsonValue in) {
    List<BsonValue> found = new ArrayList<>();
    if (in.isDocument()) {
      in.asDocument()
          .forEach(
              (key, value) -> {
                if (key.equals(name)) {
                  found.add(value);
                }
                found.addAll(values(name, value));
              });
    } else if (in.isArray()) {
      in.asArray().forEach(value -> found.addAll(values(name, value)));
    }
    return found;
  }

  @Override
  public void close() {
    client.close();
  }
}
