package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looking, repairing and housekeeping beside many dedupe records: what they examine. */
class PlansTest {
  private static final String OTHER = "other";
  private static final int RECORDS = 600;

  private Sent sent;
  private MongoBackend backend;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @BeforeEach
  void open() {
    Stores.drop("wrkr_plans");
    sent = new Sent(Mongods.uri(), "wrkr_plans");
    backend = MongoBackend.of(sent.client, "wrkr_plans");
    backend.subscribe(new Subscription(OTHER, "#"), false);
    backend.publish(Samples.events("ended", RECORDS));
    backend.settle(Samples.acks(Samples.claim(backend, OTHER, RECORDS)));
    backend.unsubscribe(new Subscription(OTHER, "#"));
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    backend.close();
    sent.close();
  }

  @Test
  void pruning_examines_what_it_removes() {
    for (Archive archive : List.of(Archive.keep(Duration.ofDays(1)), Archive.delete())) {
      backend.publish(Samples.events(archive.mode() + "-", 300));
      settle(archive);
    }
    for (Archive archive :
        List.of(
            Archive.keep(Duration.ofMillis(1)),
            Archive.move(Duration.ofDays(1)),
            Archive.move(Duration.ofMillis(1)))) {
      backend.publish(forAMoment("over-" + archive + "-", 20));
      settle(archive);
    }
    backend.prune(1000);
    backend.publish(forAMoment("gone-", 20));
    settle(Archive.delete());
    sent.forget();

    backend.prune(1000);

    assertThat(sent.named("find")).hasSize(4).allSatisfy(find -> assertExamines(find, 60));
    assertThat(sent.named("delete")).allSatisfy(delete -> assertExamines(delete, 60));
  }

  private void settle(Archive archive) {
    backend.settle(
        Samples.claim(backend, 1000).stream()
            .<Settlement>map(each -> new Settlement.Ack(each.lease(), archive, List.of()))
            .toList());
  }

  /** Events whose dedupe records go soon. */
  private static List<OutgoingEvent> forAMoment(String prefix, int count) {
    return Samples.events(prefix, count).stream()
        .map(event -> new OutgoingEvent(event.event(), event.due(), Duration.ofMillis(1)))
        .toList();
  }

  @Test
  void counting_examines_what_lives() {
    backend.publish(Samples.events("ready", 50));
    dead(10);
    sent.forget();

    backend.stats();

    assertThat(sent.named("aggregate"))
        .hasSize(2)
        .allSatisfy(aggregate -> assertExamines(aggregate, 60));
  }

  @Test
  void one_event_is_found_cancelled_and_rescheduled_by_its_id() {
    backend.publish(
        List.of(Samples.event("later", Optional.empty(), new Due.After(Duration.ofDays(1)))));
    sent.forget();

    assertThat(backend.find(Query.all().eventId("later")).deliveries()).hasSize(1);
    assertThat(backend.reschedule(Query.all().eventId("later"), Instant.EPOCH)).isEqualTo(1);
    assertThat(backend.cancel(Query.all().eventId("later"))).isEqualTo(1);

    assertThat(sent.on("wrkr_deliveries"))
        .hasSize(5)
        .allSatisfy(command -> assertExamines(command, 5));
  }

  @Test
  void a_page_of_a_queue_examines_that_queue_alone() {
    backend.publish(Samples.events("mine", 30));
    sent.forget();

    assertThat(backend.find(Query.all().queue(QUEUE).limit(100)).deliveries()).hasSize(30);
    assertThat(backend.find(Query.all().queue(QUEUE).tid("none").limit(100)).deliveries())
        .isEmpty();

    assertThat(sent.named("aggregate"))
        .hasSize(2)
        .allSatisfy(aggregate -> assertExamines(aggregate, 62));
  }

  @Test
  void dead_letters_are_found_redriven_and_discarded_by_what_is_dead() {
    dead(10);
    backend.publish(Samples.events("done", 300));
    backend.settle(Samples.acks(Samples.claim(backend, 300)));
    Query dead = Query.all().queue(QUEUE).state(DeliveryState.DEAD);
    sent.forget();

    assertThat(backend.find(dead.limit(100)).deliveries()).hasSize(10);
    assertThat(backend.redrive(dead.limit(5))).isEqualTo(5);
    assertThat(backend.discard(dead)).isEqualTo(5);

    assertThat(sent.on("wrkr_deliveries")).allSatisfy(command -> assertExamines(command, 25));
  }

  private void dead(int count) {
    backend.publish(Samples.events("dead", count));
    backend.settle(
        Samples.claim(backend, 1000).stream()
            .filter(each -> each.event().id().startsWith("dead"))
            .<Settlement>map(each -> new Settlement.DeadLetter(each.lease(), "broken"))
            .toList());
  }

  private void assertExamines(BsonDocument command, int most) {
    assertThat(sent.stages(command)).as("%s", command).isNotEmpty().doesNotContain("COLLSCAN");
    assertThat(sent.most("totalKeysExamined", command)).as("%s", command).isLessThanOrEqualTo(most);
    assertThat(sent.most("totalDocsExamined", command)).as("%s", command).isLessThanOrEqualTo(most);
  }

  @Test
  void every_statement_of_a_delivery_s_life_names_the_shard_key() {
    backend.subscribe(new Subscription("ordered", "#"), true);
    sent.forget();

    for (String queue : List.of(QUEUE, "ordered")) {
      backend.publish(
          List.of(
              Samples.event(queue + "1", Optional.of("t"), Due.NOW),
              Samples.event(queue + "2", Optional.of("u"), Due.NOW),
              Samples.event(queue + "3", Optional.of("v"), Due.NOW)));
      backend.publish(List.of(Samples.event(queue + "1", Optional.of("t"), Due.NOW)));
      List<ClaimedDelivery> claimed = Samples.claim(backend, queue, 3);
      assertThat(claimed).hasSize(3);
      backend.extend(claimed.stream().map(ClaimedDelivery::lease).toList(), Samples.LEASE);
      backend.settle(
          List.of(
              new Settlement.Retry(claimed.get(0).lease(), Duration.ZERO, ""),
              new Settlement.DeadLetter(claimed.get(1).lease(), ""),
              new Settlement.Ack(
                  claimed.get(2).lease(),
                  Archive.keep(Duration.ofDays(1)),
                  List.of(Samples.event(queue + "next")))));
      backend.settle(Samples.acks(claimed));
      backend.redrive(Query.all().queue(queue));
      backend.cancel(Query.all().queue(queue).eventId(queue + "1"));
      backend.replay(queue, Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"));
      backend.deleteQueue(queue);
    }

    List<BsonDocument> conditions =
        sent.on("wrkr_deliveries").stream().flatMap(Sent::conditions).toList();
    assertThat(conditions)
        .hasSizeGreaterThan(30)
        .allSatisfy(condition -> assertThat(condition.toJson()).contains("\"q\": "));
    assertThat(sent.named("insert").stream().filter(PlansTest::ofDeliveries))
        .flatExtracting(insert -> insert.getArray("documents"))
        .allMatch(doc -> doc.asDocument().containsKey("q"));
  }

  private static boolean ofDeliveries(BsonDocument insert) {
    return insert.getString("insert").getValue().equals("wrkr_deliveries");
  }
}
