package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A publish may ring before a majority has what it stored, but returns only after. */
class EarlyRingTest {
  private static final String DATABASE = "wrkr_early";
  private static final BsonDocument DURABLE = BsonDocument.parse("{w: 'majority', j: true}");
  private static final int PUBLISHES = 30;

  private Sent sent;
  private MongoBackend backend;

  private void open(String uri) {
    sent = new Sent(uri, DATABASE);
    sent.client.getDatabase(DATABASE).drop();
    backend = MongoBackend.of(sent.client, DATABASE);
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
      sent.close();
    }
  }

  @Test
  void every_publish_waits_for_a_majority_last() {
    open(Mongods.uri());
    int early = 0;

    for (int i = 0; i < PUBLISHES; i++) {
      sent.forget();
      backend.publish(Samples.events("e" + i + "-", 1 + i % 3));

      List<BsonDocument> confirmed = durable(sent.on("wrkr_deliveries"));
      confirmed = confirmed.isEmpty() ? durable(sent.named("commitTransaction")) : confirmed;
      if (confirmed.isEmpty()) {
        assertThat(durable(sent.on("wrkr_bell"))).as("publish " + i).hasSize(1);
        early++;
      }
    }

    assertThat(early).isPositive();
  }

  @Test
  void first_publishes_after_a_quiet_time_all_ring_early() {
    open(Mongods.uri());

    for (int i = 0; i < Bell.BURST; i++) {
      sent.forget();
      backend.publish(Samples.events("e" + i + "-", 1));

      assertThat(durable(sent.on("wrkr_bell"))).as("publish " + i).hasSize(1);
    }
  }

  @Test
  void ring_that_fails_is_made_up_for_by_a_write_that_finds_the_deliveries() {
    open(Mongods.uri());
    refuseRings();
    sent.forget();

    List<Receipt> receipts = backend.publish(Samples.events("e", 5));

    assertThat(receipts).noneMatch(Receipt::duplicate);
    assertThat(durable(sent.named("update"))).hasSize(1);
    assertThat(Samples.claim(backend, 10)).hasSize(5);
  }

  @Test
  void publish_whose_deliveries_are_gone_before_a_majority_had_them_is_unknown() {
    open(Mongods.uri());
    refuseRings();
    sent.beforeNextOn(
        "wrkr_bell",
        () ->
            sent.client
                .getDatabase(DATABASE)
                .getCollection("wrkr_deliveries")
                .deleteMany(new BsonDocument()));

    assertThatThrownBy(() -> backend.publish(Samples.events("e", 5)))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @Test
  void publish_that_meets_the_close_before_a_majority_had_it_is_unknown() {
    open(Mongods.uri());
    refuseRings();
    sent.beforeNextOn(
        "wrkr_bell",
        () -> {
          backend.close();
          sent.client.close();
        });

    assertThatThrownBy(() -> backend.publish(Samples.events("e", 1)))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @Test
  void ring_confirmed_in_a_later_term_is_not_taken_for_a_proof() {
    try (Mongods set = Mongods.start(1, false)) {
      open(set.address());
      sent.forget();
      sent.beforeNextOn(
          "wrkr_bell",
          () -> {
            set.stepDown(1);
            set.awaitPrimary();
          });

      backend.publish(Samples.events("e", 1));

      assertThat(durable(sent.on("wrkr_bell"))).hasSize(1);
      assertThat(durable(sent.named("update"))).hasSize(1);
      assertThat(Samples.claim(backend, 10)).hasSize(1);
      close();
      backend = null;
    }
  }

  /** From now on the server takes no document into the bell. */
  private void refuseRings() {
    sent.client
        .getDatabase(DATABASE)
        .runCommand(BsonDocument.parse("{collMod: 'wrkr_bell', validator: {never: 1}}"));
  }

  private static List<BsonDocument> durable(List<BsonDocument> commands) {
    return commands.stream().filter(x -> DURABLE.equals(x.get("writeConcern"))).toList();
  }
}
