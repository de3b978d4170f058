package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.wrkr.Archive;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The order of tids while several instances publish, claim, fail and settle by the real clock. */
class OrderTest {
  private static final int TIDS = 20;
  private static final int EVENTS = 40;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @Test
  void order_holds_while_many_claim_retry_release_and_publish_at_once() throws Exception {
    Stores.drop("wrkr_order");
    Map<String, AtomicInteger> inHand = new ConcurrentHashMap<>();
    Map<String, Integer> last = new ConcurrentHashMap<>();
    List<String> broken = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try (MongoClient client = MongoClients.create(Mongods.uri())) {
      List<MongoBackend> instances = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        instances.add(MongoBackend.of(client, "wrkr_order"));
      }
      instances.get(0).subscribe(new Subscription(QUEUE, "#"), true);
      List<Future<?>> running = new ArrayList<>();
      running.add(pool.submit(() -> publish(instances.get(0))));
      for (int i = 0; i < 4; i++) {
        MongoBackend instance = instances.get(i % 3);
        running.add(
            pool.submit(
                () -> {
                  while (done.get() < TIDS * EVENTS) {
                    for (ClaimedDelivery each : Samples.claim(instance, 7)) {
                      handle(instance, each, inHand, last, broken, done);
                    }
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
      instances.forEach(MongoBackend::close);
    } finally {
      pool.shutdownNow();
    }

    assertThat(broken).isEmpty();
    assertThat(last).hasSize(TIDS).allSatisfy((tid, n) -> assertThat(n).isEqualTo(EVENTS - 1));
  }

  private static void publish(MongoBackend backend) {
    for (int n = 0; n < EVENTS; n++) {
      List<OutgoingEvent> round = new ArrayList<>();
      for (int tid = 0; tid < TIDS; tid++) {
        round.add(Samples.event(tid + "-" + n, Optional.of("t" + tid), Due.NOW));
      }
      backend.publish(round);
    }
  }

  private static void handle(
      MongoBackend backend,
      ClaimedDelivery delivery,
      Map<String, AtomicInteger> inHand,
      Map<String, Integer> last,
      List<String> broken,
      AtomicInteger done) {
    String id = delivery.event().id();
    String tid = delivery.event().tid().orElseThrow();
    int number = Integer.parseInt(id.substring(id.indexOf('-') + 1));
    AtomicInteger now = inHand.computeIfAbsent(tid, t -> new AtomicInteger());
    boolean alone = now.incrementAndGet() == 1;
    if (!alone || number != last.getOrDefault(tid, -1) + 1) {
      synchronized (broken) {
        broken.add(id + " after " + last.get(tid) + (alone ? "" : ", not alone"));
      }
    }
    Settlement settlement = settlement(delivery);
    boolean ends = settlement instanceof Settlement.Ack;
    if (ends) {
      last.put(tid, number);
    }
    now.decrementAndGet();
    boolean refused = !backend.settle(List.of(settlement)).isEmpty();
    if (refused) {
      synchronized (broken) {
        broken.add(id + " refused");
      }
    }
    if (ends) {
      done.incrementAndGet();
    }
  }

  private static Settlement settlement(ClaimedDelivery delivery) {
    int dice = ThreadLocalRandom.current().nextInt(10);
    return dice == 0
        ? new Settlement.Retry(delivery.lease(), Duration.ofMillis(20), "again")
        : dice == 1
            ? new Settlement.Release(delivery.lease(), Duration.ZERO)
            : Samples.ack(delivery);
  }

  @Test
  void a_process_that_died_after_taking_a_turn_leaves_it_to_others() {
    Stores.drop("wrkr_order");
    try (MongoClient client = MongoClients.create(Mongods.uri());
        MongoBackend backend = MongoBackend.of(client, "wrkr_order")) {
      backend.subscribe(new Subscription(QUEUE, "#"), true);
      backend.publish(
          List.of(
              Samples.event("1", Optional.of("t"), Due.NOW),
              Samples.event("2", Optional.of("t"), Due.NOW)));
      var turns = client.getDatabase("wrkr_order").getCollection("wrkr_turns");
      turns.insertOne(
          org.bson.Document.parse("{_id: {q: 'q', t: 't'}}").append("h", DocId.of(QUEUE, "1")));

      List<ClaimedDelivery> claimed = Samples.claim(backend, 10);

      assertThat(claimed).extracting(d -> d.event().id()).containsExactly("1");
      backend.settle(Samples.acks(claimed));
      assertThat(Samples.claim(backend, 10)).extracting(d -> d.event().id()).containsExactly("2");
    }
  }

  @Test
  void a_claim_that_failed_lets_none_go_before_an_earlier_one_that_is_stored_only_then() {
    Stores.drop("wrkr_order");
    Instant now = Instant.parse("2030-01-01T00:00:00Z");
    try (MongoClient client = MongoClients.create(Mongods.uri());
        MongoBackend slow = MongoBackend.of(client, "wrkr_order");
        MongoBackend backend = MongoBackend.of(client, "wrkr_order")) {
      MongoDatabase database = client.getDatabase("wrkr_order");
      slow.useClock(() -> now); // reads the time, and stores long after
      backend.useClock(() -> now.plusSeconds(1));
      backend.subscribe(new Subscription(QUEUE, "#"), true);
      backend.publish(List.of(Samples.event("late", Optional.of("t"), Due.NOW)));
      validate(database, "{l: {$exists: false}}"); // nothing can be claimed
      assertThatThrownBy(() -> Samples.claim(backend, 10)).isInstanceOf(BackendException.class);
      validate(database, "{}");

      slow.publish(List.of(Samples.event("early", Optional.of("t"), Due.NOW)));

      assertThat(Samples.claim(backend, 10))
          .extracting(d -> d.event().id())
          .containsExactly("early");
    }
  }

  @Test
  void a_claim_that_looked_before_a_replay_gives_no_turn_after_it() {
    Stores.drop("wrkr_order");
    Instant start = Instant.parse("2030-01-01T00:00:00Z");
    AtomicReference<Instant> now = new AtomicReference<>(start);
    StoreClock clock = new StoreClock();
    clock.use(now::get);
    try (MongoClient client = MongoClients.create(Mongods.uri());
        MongoBackend backend = MongoBackend.of(client, "wrkr_order")) {
      Store store = new Store(client, "wrkr_order", MongoOptions.defaults(), clock);
      Order order = new Order(store, new Ready(store));
      backend.useClock(now::get);
      backend.subscribe(new Subscription(QUEUE, "#"), true);
      Optional<String> tid = Optional.of("t");
      backend.publish(List.of(Samples.event("1", tid, Due.NOW)));
      Lease lease = Samples.claim(backend, 1).get(0).lease();
      Archive kept = Archive.keep(Duration.ofDays(1));
      backend.settle(List.of(new Settlement.Ack(lease, kept, List.of())));
      backend.publish(List.of(Samples.event("2", tid, new Due.At(start.plusSeconds(10)))));
      now.set(start.plusSeconds(20));
      Order.Heads looked = order.heads(new ClaimRequest(QUEUE, 1, Samples.LEASE));
      now.set(start.plusSeconds(5));

      assertThat(backend.replay(QUEUE, start, start.plusSeconds(1))).isEqualTo(1);
      assertThat(Samples.claim(backend, 1)).extracting(d -> d.event().id()).containsExactly("1");

      assertThat(looked.beginning()).hasSize(1);
      List<BsonDocument> begun =
          Transactions.run(store, (session, conflicts) -> order.begin(session, QUEUE, looked));
      assertThat(begun).isEmpty();
    }
  }

  private static void validate(MongoDatabase database, String validator) {
    database.runCommand(
        new org.bson.Document("collMod", "wrkr_deliveries")
            .append("validator", org.bson.Document.parse(validator)));
  }
}
