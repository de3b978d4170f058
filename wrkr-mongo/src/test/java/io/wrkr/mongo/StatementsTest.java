package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to the server, and what the server does with it. */
class StatementsTest {
  private Sent sent;
  private MongoBackend backend;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @BeforeEach
  void open() {
    Stores.drop("wrkr_statements");
    sent = new Sent(Mongods.uri(), "wrkr_statements");
    backend = MongoBackend.of(sent.client, "wrkr_statements");
  }

  @AfterEach
  void close() {
    backend.close();
    sent.close();
  }

  @Test
  void a_claim_examines_one_key_a_delivery_however_many_ended_or_wait() {
    subscribe(false);
    for (int i = 0; i < 5; i++) {
      backend.publish(Samples.events("gone" + i + "-", 500));
      backend.settle(Samples.acks(Samples.claim(backend, 1000)));
      backend.publish(
          Samples.events("later" + i + "-", 500).stream()
              .map(
                  event ->
                      Samples.event(
                          event.event().id(), Optional.empty(), new Due.After(Duration.ofDays(1))))
              .toList());
    }
    backend.publish(Samples.events("ready", 400));
    sent.forget();

    List<ClaimedDelivery> claimed = Samples.claim(backend, 101);

    assertThat(claimed).hasSize(101);
    assertThat(examined(sent.named("find").get(0)))
        .as("asked again, what is held is passed")
        .isBetween(202L, 203L);
    backend.settle(Samples.acks(claimed));
    assertThat(examined(sent.named("find").get(0))).isBetween(101L, 102L);
    assertThat(examinedByUpdate(sent.named("update").get(0))).isLessThanOrEqualTo(2 * 101L);
  }

  @Test
  void no_index_has_a_field_that_a_claim_writes() {
    subscribe(false);
    backend.publish(Samples.events("e", 1));
    sent.forget();

    assertThat(Samples.claim(backend, 1)).hasSize(1);

    Set<String> written =
        sent.named("update").get(0).getArray("updates").get(0).asDocument().getArray("u").stream()
            .flatMap(stage -> stage.asDocument().getDocument("$set").keySet().stream())
            .collect(Collectors.toSet());
    Set<String> indexed =
        sent
            .client
            .getDatabase("wrkr_statements")
            .getCollection("wrkr_deliveries", BsonDocument.class)
            .listIndexes(BsonDocument.class)
            .into(new ArrayList<>())
            .stream()
            .flatMap(index -> index.getDocument("key").keySet().stream())
            .collect(Collectors.toSet());
    assertThat(indexed).contains("at");
    assertThat(written).isNotEmpty().doesNotContainAnyElementsOf(indexed);
  }

  @Test
  void a_sweep_examines_what_is_held_and_one_key_ahead() {
    subscribe(false);
    backend.publish(Samples.events("held", 50));
    assertThat(Samples.claim(backend, 50)).hasSize(50);
    backend.publish(
        Samples.events("later", 100).stream()
            .map(
                event ->
                    Samples.event(
                        event.event().id(), Optional.empty(), new Due.After(Duration.ofDays(1))))
            .toList());

    try (MongoBackend other = MongoBackend.of(sent.client, "wrkr_statements")) {
      sent.forget();

      Optional<Duration> wait =
          other.claim(new ClaimRequest(QUEUE, 10, Samples.LEASE)).untilNextDue();

      assertThat(wait)
          .hasValueSatisfying(
              left -> assertThat(left).isPositive().isLessThanOrEqualTo(Samples.LEASE));
      assertThat(sent.most("totalKeysExamined", sent.named("aggregate").get(0)))
          .isBetween(50L, 52L);
    }
  }

  @Test
  void the_next_due_instant_is_one_key() {
    subscribe(false);
    assertThat(Samples.claim(backend, 10)).as("a sweep").isEmpty();
    backend.publish(
        List.of(Samples.event("1", Optional.empty(), new Due.After(Duration.ofDays(1)))));
    backend.publish(
        List.of(Samples.event("2", Optional.empty(), new Due.After(Duration.ofDays(2)))));
    sent.forget();

    Optional<Duration> wait =
        backend.claim(new ClaimRequest(QUEUE, 10, Samples.LEASE)).untilNextDue();

    assertThat(wait)
        .hasValueSatisfying(
            left -> assertThat(left).isBetween(Duration.ofHours(23), Duration.ofDays(1)));
    List<BsonDocument> finds = sent.named("find");
    assertThat(examined(finds.get(finds.size() - 1))).isEqualTo(1);
  }

  @Test
  void an_idle_look_is_one_statement_of_one_key_and_misses_nothing() {
    subscribe(false);
    backend.publish(
        List.of(Samples.event("later", Optional.empty(), new Due.After(Duration.ofDays(1)))));
    assertThat(Samples.claim(backend, 10)).isEmpty();
    sent.forget();

    Optional<Duration> wait =
        backend.claim(new ClaimRequest(QUEUE, 10, Samples.LEASE)).untilNextDue();

    assertThat(wait)
        .hasValueSatisfying(
            left -> assertThat(left).isBetween(Duration.ofHours(23), Duration.ofDays(1)));
    assertThat(sent.named("find")).hasSize(1);
    assertThat(examined(sent.named("find").get(0))).isEqualTo(1);

    try (MongoBackend other = MongoBackend.of(sent.client, "wrkr_statements")) {
      other.publish(Samples.events("of another process", 1));
    }
    assertThat(Samples.claim(backend, 10)).hasSize(1);
  }

  @Test
  void a_look_at_the_end_of_a_queue_passes_nothing_that_was_deleted_behind_it() {
    Subscription following = new Subscription(QUEUE + "-following", "#");
    backend.subscribe(following, false);
    backend.publish(Samples.events("gone", 1000));
    backend.settle(Samples.acks(Samples.claim(backend, following.queue(), 1000)));
    subscribe(false);
    long before = passed();

    for (int look = 0; look < 20; look++) {
      assertThat(Samples.claim(backend, 10)).isEmpty();
    }

    assertThat(passed() - before).isLessThan(1000);
  }

  /** How many deleted keys and documents the server's cursors have passed. */
  private long passed() {
    return sent.client
        .getDatabase("admin")
        .runCommand(new BsonDocument("serverStatus", new BsonInt32(1)), BsonDocument.class)
        .getDocument("wiredTiger")
        .getDocument("cursor")
        .getNumber("Total number of entries skipped by cursor next calls")
        .longValue();
  }

  @Test
  void a_deleted_queue_leaves_no_document() {
    subscribe(true);
    backend.publish(Samples.events("e", 3));
    backend.settle(Samples.acks(Samples.claim(backend, 1)));

    backend.deleteQueue(QUEUE);

    assertThat(
            sent.client
                .getDatabase("wrkr_statements")
                .getCollection("wrkr_deliveries")
                .countDocuments())
        .isZero();
  }

  @Test
  void what_lies_below_the_mark_is_found_by_an_idle_process_within_two_sweeps() {
    subscribe(false);
    backend.publish(
        List.of(Samples.event("later", Optional.empty(), new Due.After(Duration.ofDays(1)))));
    assertThat(Samples.claim(backend, 10)).isEmpty();
    assertThat(Samples.claim(backend, 10)).isEmpty();
    sent.client
        .getDatabase("wrkr_statements")
        .getCollection("wrkr_deliveries")
        .updateOne(
            BsonDocument.parse("{e: 'later'}"), BsonDocument.parse("{$set: {at: {$date: 0}}}"));

    long deadline = Mongods.nanos() + Head.SWEEP.multipliedBy(2).toNanos();
    List<ClaimedDelivery> claimed = Samples.claim(backend, 10);
    while (claimed.isEmpty() && Mongods.nanos() < deadline) {
      claimed = Samples.claim(backend, 10);
    }

    assertThat(claimed).hasSize(1);
  }

  @Test
  void followers_of_blocked_tids_are_passed_over_by_the_index() {
    subscribe(true);
    backend.publish(
        Samples.events("hot", 500).stream()
            .map(e -> Samples.event(e.event().id(), Optional.of("hot"), Due.NOW))
            .toList());
    assertThat(Samples.claim(backend, 10)).as("the head").hasSize(1);
    backend.publish(List.of(Samples.event("other", Optional.of("cool"), Due.NOW)));
    sent.forget();

    assertThat(Samples.claim(backend, 10))
        .extracting(delivery -> delivery.event().id())
        .containsExactly("other");

    backend.publish(List.of(Samples.event("another", Optional.of("cool"), Due.NOW)));
    BsonDocument second =
        sent.named("find").stream()
            .filter(find -> find.getDocument("filter").containsKey("g"))
            .findFirst()
            .orElseThrow();
    assertThat(
            sent.explain(second)
                .getDocument("executionStats")
                .getNumber("totalDocsExamined")
                .longValue())
        .as("documents read beside 500 keys: the other, held by now, and another")
        .isEqualTo(2);
  }

  @Test
  void turns_and_what_they_name_and_settlements_are_found_by_id() {
    subscribe(true);
    backend.publish(ofManyTids("first", 50));
    backend.settle(Samples.acks(Samples.claim(backend, 50)));
    backend.publish(ofManyTids("second", 50));
    sent.forget();
    List<ClaimedDelivery> claimed = Samples.claim(backend, 50);
    backend.settle(Samples.acks(claimed));

    assertThat(claimed).hasSize(50);
    assertThat(examined(sent.named("find").get(1))).as("turns").isBetween(50L, 101L);
    assertThat(examined(sent.named("find").get(2))).as("deliveries they name").isBetween(50L, 101L);
    List<BsonDocument> updates = sent.named("update");
    assertThat(examinedByUpdate(updates.get(updates.size() - 1))).isBetween(50L, 101L);
  }

  private static List<OutgoingEvent> ofManyTids(String prefix, int tids) {
    return IntStream.range(0, tids)
        .mapToObj(tid -> Samples.event(prefix + tid, Optional.of("t" + tid), Due.NOW))
        .toList();
  }

  @Test
  void every_statement_of_the_daily_work_names_the_queue() {
    subscribe(false);
    sent.forget();
    backend.publish(Samples.events("e", 20));
    List<ClaimedDelivery> claimed = Samples.claim(backend, 10);
    backend.extend(claimed.stream().map(ClaimedDelivery::lease).toList(), Samples.LEASE);
    backend.settle(Samples.acks(claimed));
    backend.settle(Samples.acks(claimed));
    backend.publish(Samples.events("e", 20));

    List<BsonDocument> filters =
        sent.on("wrkr_deliveries").stream().flatMap(Sent::conditions).toList();
    assertThat(filters).hasSizeGreaterThan(5).allMatch(filter -> filter.containsKey("q"));
  }

  @Test
  void claim_and_settle_wait_for_a_majority_on_disk() {
    subscribe(false);
    backend.publish(Samples.events("e", 1));
    sent.forget();
    backend.settle(Samples.acks(Samples.claim(backend, 1)));

    assertThat(concerns()).hasSize(2).allMatch("{\"w\": \"majority\", \"j\": true}"::equals);
  }

  @Test
  void relaxed_claims_and_acks_wait_for_the_primary_alone_and_nothing_else_does() {
    try (MongoBackend relaxed =
        MongoBackend.of(sent.client, "wrkr_statements", MongoOptions.defaults().relaxed())) {
      subscribe(false);
      relaxed.publish(Samples.events("e", 2));
      sent.forget();

      List<ClaimedDelivery> claimed = Samples.claim(relaxed, 2);
      relaxed.settle(Samples.acks(claimed.subList(0, 1)));
      assertThat(concerns()).containsExactly("{\"w\": 1}", "{\"w\": 1}");
      sent.forget();

      relaxed.settle(List.of(new Settlement.DeadLetter(claimed.get(1).lease(), "broken")));
      assertThat(concerns()).hasSize(1).allMatch("{\"w\": \"majority\", \"j\": true}"::equals);
    }
  }

  private List<String> concerns() {
    return sent.on("wrkr_deliveries").stream()
        .filter(command -> command.containsKey("insert") || command.containsKey("update"))
        .map(command -> command.getDocument("writeConcern").toJson())
        .toList();
  }

  private void subscribe(boolean ordered) {
    backend.subscribe(new Subscription(QUEUE, "#"), ordered);
  }

  private long examined(BsonDocument find) {
    BsonDocument stats = sent.explain(find).getDocument("executionStats");
    assertThat(stats.getNumber("totalDocsExamined").longValue())
        .isLessThanOrEqualTo(stats.getNumber("totalKeysExamined").longValue());
    return stats.getNumber("totalKeysExamined").longValue();
  }

  private long examinedByUpdate(BsonDocument update) {
    return sent.explain(update)
        .getDocument("executionStats")
        .getNumber("totalKeysExamined")
        .longValue();
  }
}
