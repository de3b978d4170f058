package io.wrkr.mongo;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.wrkr.spi.Backend;
import io.wrkr.tck.TckStore;
import io.wrkr.tck.TckTransaction;
import java.util.List;
import java.util.function.Supplier;
import org.bson.Document;

/** Empty stores for tests. */
final class Stores {
  private Stores() {}

  static void drop(String database) {
    try (MongoClient client = MongoClients.create(Mongods.uri())) {
      client.getDatabase(database).drop();
    }
  }

  /** The same collections again and again, emptied: making them anew is what takes time. */
  static TckStore emptied(MongoClient client, String database) {
    return emptied(client, database, () -> MongoBackend.of(client, database));
  }

  /** The same, opened in another way. */
  static TckStore emptied(MongoClient client, String database, Supplier<Backend> opened) {
    MongoDatabase there = client.getDatabase(database);
    for (String name : List.of("deliveries", "history", "queues", "turns", "meta")) {
      there.getCollection("wrkr_" + name).deleteMany(new Document());
    }
    return new TckStore() {
      @Override
      public Backend open() {
        return opened.get();
      }

      @Override
      public TckTransaction begin() {
        return new Transaction(client.startSession());
      }
    };
  }

  /** A caller's own. */
  private record Transaction(ClientSession handle) implements TckTransaction {
    private Transaction {
      handle.startTransaction();
    }

    @Override
    public void commit() {
      handle.commitTransaction();
    }

    @Override
    public void rollback() {
      handle.abortTransaction();
    }

    @Override
    public void close() {
      handle.close();
    }
  }
}
