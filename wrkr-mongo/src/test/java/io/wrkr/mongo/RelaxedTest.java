package io.wrkr.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, but for crashes, where claims and settlements wait for the primary alone. */
class RelaxedTest extends BackendTck {
  private static final String DATABASE = "wrkr_relaxed";

  private static MongoClient client;

  @BeforeAll
  static void connect() {
    client = MongoClients.create(Mongods.uri());
  }

  @AfterAll
  static void disconnect() {
    if (client != null) {
      client.close();
    }
  }

  @Override
  protected TckStore newStore() {
    MongoOptions relaxed = MongoOptions.defaults().relaxed();
    return Stores.emptied(client, DATABASE, () -> MongoBackend.of(client, DATABASE, relaxed));
  }
}
