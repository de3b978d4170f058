package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a killed process changed in a transaction stays locked until the server gives it up. */
class ObstructedTest {
  private static final int EVENTS = 20;
  private static final int CLAIMS = 40;

  private MongoClient client;
  private MongoClient killed;
  private ClientSession orphan;
  private MongoBackend backend;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @BeforeEach
  void open() {
    Stores.drop("wrkr_obstructed");
    client = MongoClients.create(Mongods.uri());
    backend = MongoBackend.of(client, "wrkr_obstructed");
    killed = MongoClients.create(Mongods.uri());
    orphan = killed.startSession();
  }

  @AfterEach
  void close() {
    orphan.close();
    killed.close();
    backend.close();
    client.close();
  }

  @Test
  void delivery_in_the_transaction_of_a_killed_process_does_not_hold_up_the_others() {
    backend.subscribe(new Subscription(QUEUE, "#"), false);
    backend.publish(Samples.events("e", EVENTS));
    lock("e7");

    Set<String> claimed = claim(EVENTS - 1);

    assertThat(claimed).hasSize(EVENTS - 1).doesNotContain("e7");
    orphan.abortTransaction();
    assertThat(claim(1)).containsExactly("e7");
  }

  @Test
  void tid_in_the_transaction_of_a_killed_process_does_not_hold_up_the_others() {
    backend.subscribe(new Subscription(QUEUE, "#"), true);
    backend.publish(IntStream.range(0, EVENTS).mapToObj(ObstructedTest::ofTid).toList());
    lock("e7");

    Set<String> claimed = claim(EVENTS - 1);

    assertThat(claimed).hasSize(EVENTS - 1).doesNotContain("e7");
    orphan.abortTransaction();
    assertThat(claim(1)).containsExactly("e7");
  }

  @Test
  void retried_head_in_the_transaction_of_a_killed_process_does_not_hold_up_other_tids() {
    backend.subscribe(new Subscription(QUEUE, "#"), true);
    backend.publish(IntStream.range(0, EVENTS).mapToObj(ObstructedTest::ofTid).toList());
    backend.settle(
        Samples.claim(backend, EVENTS).stream()
            .map(ClaimedDelivery::lease)
            .map(this::now)
            .toList());
    lock("e7");

    Set<String> claimed = claim(EVENTS - 1);

    assertThat(claimed).hasSize(EVENTS - 1).doesNotContain("e7");
  }

  private Settlement now(Lease lease) {
    return new Settlement.Release(lease, Duration.ZERO);
  }

  private static OutgoingEvent ofTid(int number) {
    return Samples.event("e" + number, Optional.of("t" + number), Due.NOW);
  }

  private void lock(String event) {
    MongoCollection<Document> deliveries =
        killed.getDatabase("wrkr_obstructed").getCollection("wrkr_deliveries");
    Document id = deliveries.find(new Document("e", event)).first();
    orphan.startTransaction();
    deliveries.updateOne(
        orphan,
        new Document("_id", id.get("_id")),
        new Document("$set", new Document("changed", true)));
  }

  /** Claims again and again until there are so many. */
  private Set<String> claim(int wanted) {
    Set<String> claimed = new TreeSet<>();
    for (int claims = 0; claims < CLAIMS && claimed.size() < wanted; claims++) {
      List<ClaimedDelivery> deliveries = Samples.claim(backend, EVENTS);
      deliveries.forEach(delivery -> claimed.add(delivery.lease().eventId()));
    }
    return claimed;
  }
}
