package io.wrkr.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a replica set of one member. */
class MongoBackendTest extends BackendTck {
  static MongoClient client;

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
    return Stores.emptied(client, "wrkr_contract");
  }
}
