package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is done to the MongoDB of a round really happens. */
class MongodServerTest {
  @Test
  void member_steps_down_and_takes_writes_again_with_what_it_had() {
    Optional<StoreServer> started = MongodServer.start();
    if (started.isEmpty()) {
      System.out.println(StoreKind.MONGODB.missing());
      Assumptions.abort(StoreKind.MONGODB.missing());
    }
    try (StoreServer server = started.get();
        MongoClient client = MongoClients.create(server.uri(1, 0))) {
      MongoCollection<BsonDocument> things =
          client.getDatabase("verify1").getCollection("things", BsonDocument.class);
      things.insertOne(new BsonDocument());
      int term = term(client);

      boolean steppedDown = server.stepDown();

      assertThat(steppedDown).isTrue();
      assertThat(term(client)).isGreaterThan(term);
      things.insertOne(new BsonDocument());
      assertThat(things.countDocuments()).isEqualTo(2);
    }
  }

  private static int term(MongoClient client) {
    return client
        .getDatabase("admin")
        .runCommand(BsonDocument.parse("{replSetGetStatus: 1}"), BsonDocument.class)
        .getNumber("term")
        .intValue();
  }
}
