package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ClusterType;
import io.wrkr.Archive;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Settlement;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A statement was executed, and its answer was lost with the connection. */
class LostAnswerTest {
  private LossyProxy proxy;
  private Backend backend;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @BeforeEach
  void open() throws IOException {
    String host = new ConnectionString(Mongods.uri()).getHosts().get(0);
    proxy = new LossyProxy(Integer.parseInt(host.substring(host.indexOf(':') + 1)));
    Stores.drop("wrkr_lost");
    backend = new MongoProvider().open(proxy.address("wrkr_lost"));
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    backend.close();
    proxy.close();
  }

  @Test
  void a_publish_makes_each_delivery_once_and_calls_none_a_duplicate() {
    proxy.loseAnswerTo("insert");

    List<Receipt> receipts = backend.publish(Samples.events("e", 10));

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(receipts).noneMatch(Receipt::duplicate);
    assertThat(Samples.claim(backend, 100)).hasSize(10);
  }

  @Test
  void a_publish_to_two_queues_is_whole() {
    backend.subscribe(new Subscription("other", "#"), false);
    proxy.loseAnswerTo("commitTransaction");

    backend.publish(Samples.events("e", 10));

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(Samples.claim(backend, 100)).hasSize(10);
  }

  @Test
  void a_publish_whose_commit_was_lost_with_the_server_is_unknown() {
    proxy.loseAnswerTo("commitTransaction", proxy::close);

    assertThatThrownBy(() -> backend.publish(Samples.events("e", 10)))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));

    assertThat(proxy.lost()).isEqualTo(1);
  }

  @Test
  void a_publish_that_was_stored_before_its_second_look_at_the_primary_failed_is_unknown() {
    String uri = proxy.address("wrkr_lost") + "&serverSelectionTimeoutMS=500";
    AtomicInteger looks = new AtomicInteger(-1);
    try (MongoClient client = MongoClients.create(uri);
        MongoBackend other = MongoBackend.of(looking(client, looks), "wrkr_lost")) {
      looks.set(0);

      assertThatThrownBy(() -> other.publish(Samples.events("e", 1)))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }
  }

  /** Before the publish it knows no primary; after, the network is gone. */
  private MongoClient looking(MongoClient client, AtomicInteger looks) {
    InvocationHandler handler =
        (any, method, arguments) -> {
          if (method.getName().equals("getClusterDescription") && looks.get() >= 0) {
            if (looks.getAndIncrement() == 0) {
              return new ClusterDescription(
                  ClusterConnectionMode.SINGLE, ClusterType.UNKNOWN, List.of());
            }
            proxy.close();
          }
          return method.invoke(client, arguments);
        };
    return (MongoClient)
        Proxy.newProxyInstance(
            MongoClient.class.getClassLoader(), new Class<?>[] {MongoClient.class}, handler);
  }

  @Test
  void a_claim_is_read_back_and_counts_one_attempt() {
    backend.publish(Samples.events("e", 10));
    proxy.loseAnswerTo("update");

    List<ClaimedDelivery> claimed = Samples.claim(backend, 100);

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(claimed).hasSize(10).allMatch(delivery -> delivery.attempt() == 1);
    assertThat(Samples.claim(backend, 100)).isEmpty();
    assertThat(backend.settle(Samples.acks(claimed))).isEmpty();
  }

  @Test
  void a_claim_whose_lease_ended_before_it_was_sent_again_counts_one_attempt() {
    backend.publish(Samples.events("e", 10));
    backend.settle(
        List.of(new Settlement.Retry(Samples.claim(backend, 1).get(0).lease(), ZERO, "")));
    try (Backend other = new MongoProvider().open(Mongods.uri("wrkr_lost"))) {
      proxy.loseAnswerTo("update", () -> awaitReady((Inspector) other, 10));

      List<ClaimedDelivery> claimed =
          backend.claim(new ClaimRequest(QUEUE, 100, Duration.ofMillis(1))).deliveries();

      assertThat(proxy.lost()).isEqualTo(1);
      assertThat(claimed)
          .extracting(ClaimedDelivery::attempt)
          .containsExactlyInAnyOrder(2, 1, 1, 1, 1, 1, 1, 1, 1, 1);
      assertThat(backend.settle(Samples.acks(claimed))).as("late, not overtaken").isEmpty();
    }
  }

  private static void awaitReady(Inspector inspector, int count) {
    long deadline = Mongods.nanos() + Duration.ofSeconds(30).toNanos();
    while (inspector.stats().get(0).ready() < count && Mongods.nanos() < deadline) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_claim_that_came_through_and_was_overtaken_is_unknown_not_empty() {
    backend.publish(Samples.events("e", 1));
    ClaimRequest brief = new ClaimRequest(QUEUE, 1, Duration.ofMillis(1));
    List<ClaimedDelivery> overtaking = new CopyOnWriteArrayList<>();
    try (Backend other = new MongoProvider().open(proxy.address("wrkr_lost"))) {
      proxy.loseAnswerTo(
          "update",
          () -> {
            for (int tries = 0; tries < 1_000 && overtaking.isEmpty(); tries++) {
              overtaking.addAll(other.claim(brief).deliveries());
            }
          });

      assertThatThrownBy(() -> backend.claim(brief))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(overtaking).extracting(ClaimedDelivery::attempt).containsExactly(2);
  }

  @Test
  void an_ack_that_came_through_is_not_called_refused() {
    backend.publish(Samples.events("e", 10));
    List<ClaimedDelivery> claimed = Samples.claim(backend, 100);
    proxy.loseAnswerTo("update");

    assertThat(backend.settle(Samples.acks(claimed))).isEmpty();

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(backend.settle(Samples.acks(claimed))).as("again").hasSize(10);
  }

  @Test
  void a_release_that_came_through_and_was_overtaken_is_unknown_not_refused() {
    backend.publish(Samples.events("e", 1));
    Settlement release = new Settlement.Release(Samples.claim(backend, 1).get(0).lease(), ZERO);
    try (Backend other = new MongoProvider().open(proxy.address("wrkr_lost"))) {
      proxy.loseAnswerTo("update", () -> other.settle(Samples.acks(Samples.claim(other, 1))));

      assertThatThrownBy(() -> backend.settle(List.of(release)))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(backend.settle(List.of(release))).as("again").containsExactly(release.lease());
  }

  @Test
  void an_ack_with_a_follow_up_publishes_it_once() {
    backend.publish(Samples.events("e", 1));
    ClaimedDelivery claimed = Samples.claim(backend, 1).get(0);
    proxy.loseAnswerTo("commitTransaction");

    List<Settlement> ack =
        List.of(
            new Settlement.Ack(
                claimed.lease(), Archive.delete(), List.of(Samples.event("follower"))));
    assertThat(backend.settle(ack)).isEmpty();

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(Samples.claim(backend, 100))
        .extracting(delivery -> delivery.event().id())
        .containsExactly("follower");
  }
}
