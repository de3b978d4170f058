package io.wrkr.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract with a driver that sees the router of a sharded cluster. It takes minutes, so only
 * {@code -Dtest=RouterContract} runs it.
 */
class RouterContract extends BackendTck {
  private static Mongods set;
  private static Router router;
  private static MongoClient client;

  @BeforeAll
  static void connect() throws IOException {
    set = Mongods.start(1, false);
    router = new Router(() -> set.port(0));
    client = MongoClients.create(router.address(""));
  }

  @AfterAll
  static void disconnect() {
    if (client != null) {
      client.close();
      router.close();
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
