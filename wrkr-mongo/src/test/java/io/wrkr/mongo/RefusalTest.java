package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What errors of the server and of its set-up become. */
class RefusalTest {
  private static final String CANARY = "S3cr3t-canary";

  private static Mongods mongod;

  @BeforeAll
  static void start() {
    mongod = Mongods.start(1, true);
  }

  @AfterAll
  static void stop() {
    if (mongod != null) {
      mongod.close();
    }
  }

  @Test
  void wrong_credentials_are_fatal_at_start_and_show_no_secret() {
    String uri = mongod.address("bus").replace("mongodb://", "mongodb://someone:" + CANARY + "@");

    BackendException refused =
        catchThrowableOfType(BackendException.class, () -> new MongoProvider().open(uri));

    assertThat(refused.outcome()).isEqualTo(Outcome.FATAL);
    for (Throwable each = refused; each != null; each = each.getCause()) {
      assertThat(each.toString()).doesNotContain(CANARY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mongodb://someone:PASSWORD@127.0.0.1:1",
    "mongodb://someone:PASSWORD@127.0.0.1:1/db?w=-x&maxPoolSize=many",
    "mongodb://someone:PASSWORD@/db",
    "mongodb://someone:PASSWORD/@host/db",
  })
  void an_unreadable_uri_is_refused_and_shows_no_secret(String uri) {
    assertThatThrownBy(() -> new MongoProvider().open(uri.replace("PASSWORD", CANARY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mongodb://")
        .hasMessageNotContaining(CANARY)
        .hasNoCause();
  }

  @Test
  void no_server_at_start_is_a_failure_in_bounded_time() {
    assertFailsSoon("mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=500");
  }

  @Test
  void no_primary_at_start_is_a_failure_in_bounded_time() {
    try (Mongods set = Mongods.withoutPrimary()) {
      assertFailsSoon(set.address("bus") + "&serverSelectionTimeoutMS=2000");
    }
  }

  private static void assertFailsSoon(String uri) {
    long start = Mongods.nanos();

    BackendException failed =
        catchThrowableOfType(BackendException.class, () -> new MongoProvider().open(uri));

    assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(Duration.ofNanos(Mongods.nanos() - start)).isLessThan(Duration.ofSeconds(15));
  }

  @Nested
  class OfTheServer {
    private MongoClient client = MongoClients.create(mongod.address());
    private Backend backend = opened();

    private Backend opened() {
      client.getDatabase("bus").drop();
      Backend opened = MongoBackend.of(client, "bus");
      opened.subscribe(new Subscription(QUEUE, "#"), false);
      return opened;
    }

    @org.junit.jupiter.api.AfterEach
    void close() {
      mongod.admin("{configureFailPoint: 'failCommand', mode: 'off'}");
      backend.close();
      client.close();
    }

    private void fail(String command, int times, String how) {
      mongod.admin(
          "{configureFailPoint: 'failCommand', mode: {times: "
              + times
              + "}, data: {failCommands: ['"
              + command
              + "'], "
              + how
              + "}}");
    }

    private Outcome outcome(Runnable call) {
      return catchThrowableOfType(BackendException.class, call::run).outcome();
    }

    @ParameterizedTest
    @CsvSource({"91", "189", "10107", "11602"})
    void one_state_change_of_the_primary_is_not_noticed(int code) {
      fail("insert", 1, "errorCode: " + code + ", errorLabels: ['RetryableWriteError']");
      assertThatCode(() -> backend.publish(Samples.events("one", 1))).doesNotThrowAnyException();

      fail("insert", 1, "errorCode: " + code + ", errorLabels: ['TransientTransactionError']");
      assertThatCode(() -> backend.publish(Samples.events("e", 3))).doesNotThrowAnyException();

      assertThat(Samples.claim(backend, 10)).hasSize(4);
    }

    @Test
    void a_lost_privilege_is_fatal() {
      fail("insert", 1, "errorCode: 13");

      assertThat(outcome(() -> backend.publish(Samples.events("e", 1)))).isEqualTo(Outcome.FATAL);
    }

    @Test
    void a_write_whose_majority_is_not_confirmed_is_unknown_and_repeating_it_is_safe() {
      fail("insert", 1, "writeConcernError: {code: 64, errmsg: 'waiting timed out'}");

      assertThat(outcome(() -> backend.publish(Samples.events("e", 1)))).isEqualTo(Outcome.UNKNOWN);

      assertThat(backend.publish(Samples.events("e", 1)).get(0).duplicate()).isTrue();
      assertThat(Samples.claim(backend, 10)).hasSize(1);
    }

    @Test
    void a_read_that_fails_has_done_nothing() {
      fail("find", 3, "errorCode: 96");

      assertThat(outcome(() -> Samples.claim(backend, 1))).isEqualTo(Outcome.FAILED);
    }

    @Test
    void a_claim_whose_answer_never_comes_is_unknown() {
      backend.publish(Samples.events("e", 3));
      fail("update", 2, "closeConnection: true");

      assertThat(outcome(() -> Samples.claim(backend, 10))).isEqualTo(Outcome.UNKNOWN);

      assertThat(Samples.claim(backend, 10)).hasSize(3);
    }

    @Test
    void a_conflict_in_a_transaction_is_repeated() {
      backend.subscribe(new Subscription("other", "#"), false);
      fail("insert", 2, "errorCode: 112, errorLabels: ['TransientTransactionError']");

      backend.publish(Samples.events("e", 3));

      assertThat(Samples.claim(backend, 10)).hasSize(3);
    }

    @Test
    void collections_dropped_under_it_are_made_again() {
      backend.publish(Samples.events("lost", 3));
      client.getDatabase("bus").getCollection("wrkr_deliveries").drop();

      assertThat(Samples.claim(backend, 10)).isEmpty();
      backend.publish(Samples.events("e", 3));
      assertThat(outcome(() -> Samples.claim(backend, 10))).isEqualTo(Outcome.FAILED);

      assertThat(Samples.claim(backend, 10)).hasSize(3);
    }

    @Test
    void a_dropped_database_is_told_and_not_taken_for_a_bus_without_subscribers() {
      client.getDatabase("bus").drop();

      assertThat(outcome(() -> backend.publish(Samples.events("e", 1)))).isEqualTo(Outcome.FATAL);
    }

    @Test
    void a_newer_format_is_refused() {
      client
          .getDatabase("bus")
          .getCollection("wrkr_meta")
          .updateOne(
              BsonDocument.parse("{_id: 'schema'}"), BsonDocument.parse("{$set: {version: 99}}"));

      assertThatThrownBy(() -> MongoBackend.of(client, "bus"))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("99");
    }

    @Test
    void documents_turned_into_nonsense_are_left_alone_and_neighbours_flow() {
      backend.publish(Samples.events("e", 6));
      var deliveries = client.getDatabase("bus").getCollection("wrkr_deliveries");
      for (String nonsense :
          List.of("{p: 5}", "{n: null}", "{k: 'x'}", "{h: 'x'}", "{at: 'soon'}")) {
        deliveries.updateOne(
            BsonDocument.parse("{odd: {$exists: false}, e: {$ne: 'e0'}}"),
            List.of(BsonDocument.parse("{$set: " + nonsense.replace("}", ", odd: 1}}"))));
      }

      assertThat(Samples.claim(backend, 2)).hasSizeLessThanOrEqualTo(1);
      backend.publish(Samples.events("f", 2));

      assertThat(deliveries.countDocuments(BsonDocument.parse("{odd: 1, l: {$exists: false}}")))
          .isEqualTo(5);
      assertThat(Samples.claim(backend, 100)).hasSizeGreaterThanOrEqualTo(2);
    }
  }
}
