package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import io.wrkr.Archive;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Settlement;
import java.io.IOException;
import java.util.List;
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

    assertThat(Samples.claim(backend, 100)).hasSize(10);
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
  void an_ack_that_came_through_is_not_called_refused() {
    backend.publish(Samples.events("e", 10));
    List<ClaimedDelivery> claimed = Samples.claim(backend, 100);
    proxy.loseAnswerTo("update");

    assertThat(backend.settle(Samples.acks(claimed))).isEmpty();

    assertThat(proxy.lost()).isEqualTo(1);
    assertThat(backend.settle(Samples.acks(claimed))).as("again").hasSize(10);
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

    assertThat(Samples.claim(backend, 100))
        .extracting(delivery -> delivery.event().id())
        .containsExactly("follower");
  }
}
