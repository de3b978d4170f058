package io.wrkr.verify;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.wrkr.mongo.MongoBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import io.wrkr.verify.relay.AlwaysByWire;
import io.wrkr.verify.relay.MemoryBroker;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a broker beside MongoDB, all that is due going by the broker. */
class RelayMongoByWireTest extends BackendTck {
  private static final String DATABASE = "relay";

  private static @Nullable StoreServer server;
  private static @Nullable MongoClient client;

  @BeforeAll
  static void start() {
    Optional<StoreServer> started = StoreKind.MONGODB.start();
    if (started.isEmpty()) {
      System.out.println("MongoDB beside a broker: " + StoreKind.MONGODB.missing());
      Assumptions.abort(StoreKind.MONGODB.missing());
    }
    server = started.get();
    client = MongoClients.create(server.uri(0, 0));
  }

  @AfterAll
  static void stop() {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected TckStore newStore() {
    MongoClient connected = Objects.requireNonNull(client);
    MongoDatabase database = connected.getDatabase(DATABASE);
    // Emptied, not dropped: to make the collections anew is what takes time.
    for (String each : database.listCollectionNames()) {
      if (!each.endsWith("bell")) {
        database.getCollection(each).deleteMany(new Document());
      }
    }
    MemoryBroker broker = new MemoryBroker();
    Set<String> seen = new HashSet<>();
    return new TckStore() {
      @Override
      public Backend open() {
        return new AlwaysByWire(
            new RelayBackend(MongoBackend.of(connected, DATABASE), broker.connect()), seen);
      }
    };
  }
}
