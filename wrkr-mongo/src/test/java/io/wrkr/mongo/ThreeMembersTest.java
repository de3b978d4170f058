package io.wrkr.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a replica set of three members, each of which a majority has to ask. */
class ThreeMembersTest extends BackendTck {
  private static Mongods set;
  private static MongoClient client;

  @BeforeAll
  static void connect() {
    set = Mongods.start(3, false);
    client = MongoClients.create(set.address());
  }

  @AfterAll
  static void disconnect() {
    if (client != null) {
      client.close();
    }
    if (set != null) {
      set.close();
    }
  }

  @Override
  protected TckStore newStore() {
    return Stores.emptied(client, "wrkr_contract");
  }
}
