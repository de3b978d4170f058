package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The fan-out at publish, and its receipts. */
abstract class PublishRules extends SpiScenario {
  @Test
  @Rule("PUB-1")
  void an_event_makes_one_delivery_in_each_subscribed_queue() {
    subscribe("q1", "a.*");
    subscribe("q1", "a.b");
    subscribe("q1", "#");
    subscribe("q2", "a.b");
    subscribe("q3", "other");

    Receipt receipt = publish(event("a.b").id("1"));

    assertThat(receipt.queues()).containsExactlyInAnyOrder("q1", "q2");
    assertThat(receipt.duplicate()).isFalse();
    assertThat(claimIds("q1")).containsExactly("1");
    assertThat(claimIds("q2")).containsExactly("1");
    assertNothingReady("q3");
  }

  @Test
  @Rule("PUB-2")
  void an_event_without_a_subscriber_is_stored_nowhere() {
    subscribe("q", "b");

    Receipt receipt = publish(event("a"));

    assertThat(receipt.queues()).isEmpty();
    assertThat(receipt.duplicate()).isFalse();
    subscribe("q", "a");
    assertNothingReady("q");
  }

  @Test
  @Rule("PUB-2")
  void an_id_that_no_queue_took_is_no_duplicate_later() {
    publish(event("a").id("1"));
    subscribe("q", "a");

    assertThat(publish(event("a").id("1")).duplicate()).isFalse();
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Needs(Capability.DELAY)
  @Rule("PUB-3")
  void fan_out_is_fixed_at_publish_also_for_delayed_events() {
    subscribe("leaves", "a");
    publish(event("a").id("1").delay(Duration.ofDays(1)));

    backend.unsubscribe(new Subscription("leaves", "a"));
    subscribe("joins", "a");
    clock.advance(Duration.ofDays(1));

    assertThat(claimIds("leaves")).containsExactly("1");
    assertNothingReady("joins");
  }

  @Test
  @Rule("PUB-4")
  void receipts_come_in_the_order_of_the_events() {
    subscribe("q", "a");

    List<Receipt> receipts = publish(event("a").id("3"), event("none").id("1"), event("a").id("2"));

    assertThat(receipts).extracting(Receipt::id).containsExactly("3", "1", "2");
    assertThat(receipts).extracting(r -> r.queues().size()).containsExactly(1, 0, 1);
  }

  @Test
  @Rule("PUB-5")
  void a_batch_keeps_its_order() {
    subscribe("q", "a");
    int most = Math.min(backend.capabilities().maxBatch(), 1000);
    List<Draft> events = events("a", "event-in-batch-", most);

    publish(events);

    assertThat(claimIds("q"))
        .containsExactlyElementsOf(events.stream().map(e -> e.event().id()).toList());
  }

  @Test
  @Rule("PUB-5")
  void later_batches_come_after_earlier_ones() {
    subscribe("q", "a");
    List<String> published = new ArrayList<>();

    for (int i = 0; i < 10; i++) {
      List<Draft> events = events("a", "batch-" + (9 - i) + "-", 7);
      publish(events);
      events.forEach(event -> published.add(event.event().id()));
    }

    assertThat(claimIds("q")).containsExactlyElementsOf(published);
  }

  @Test
  @Rule("PUB-5")
  void an_empty_batch_does_nothing() {
    subscribe("q", "a");

    assertThat(backend.publish(List.of())).isEmpty();
    assertNothingReady("q");
  }

  @Test
  @Rule("PUB-6")
  void fan_out_reaches_the_last_of_many_queues() {
    List<String> queues = IntStream.range(0, 50).mapToObj(i -> "queue-" + i).toList();
    queues.forEach(queue -> subscribe(queue, "a"));

    List<Receipt> receipts = publish(event("a").id("1"), event("a").id("2"));

    assertThat(receipts)
        .allSatisfy(
            receipt -> assertThat(receipt.queues()).containsExactlyInAnyOrderElementsOf(queues));
    assertThat(queues).allSatisfy(q -> assertThat(claimIds(q)).containsExactly("1", "2"));
  }

  @Test
  @Rule("PUB-8")
  void nothing_is_delivered_that_was_not_subscribed_to() {
    subscribe("q", "a.b");

    publish(event("a"), event("a.b.c"), event("A.b"), event("a.bb"), event("b.a"));

    assertNothingReady("q");
  }

  @Test
  @Rule("PUB-9")
  void deliveries_of_one_event_are_independent() {
    subscribe("acks", "a");
    subscribe("retries", "a");
    subscribe("waits", "a");
    publish(event("a").id("1"));

    ack(claimOne("acks"));
    retry(claimOne("retries"), Duration.ZERO);

    assertNothingReady("acks");
    assertThat(claimOne("retries").attempt()).isEqualTo(2);
    assertThat(claimOne("waits").attempt()).isEqualTo(1);
  }

  @Test
  @Rule("PUB-4")
  void leases_of_one_event_belong_to_their_queue() {
    subscribe("q1", "a");
    subscribe("q2", "a");
    publish(event("a").id("1"));
    ClaimedDelivery first = claimOne("q1");

    ack(first);

    ClaimedDelivery second = claimOne("q2");
    assertThat(first.lease().queue()).isEqualTo("q1");
    assertThat(second.lease().queue()).isEqualTo("q2");
    assertThat(second.event()).isEqualTo(first.event());
    assertThat(ack(second)).isTrue();
  }

  @Test
  @Needs(Capability.DELAY)
  @Rule("PUB-4")
  void a_receipt_says_when_the_event_is_due() {
    subscribe("q", "a");

    List<Receipt> receipts =
        publish(
            event("a"),
            event("a").delay(Duration.ofDays(7)),
            event("a").at(clock.instant().plusSeconds(5)),
            event("a").at(clock.instant().minusSeconds(5)));

    assertThat(receipts)
        .extracting(receipt -> Duration.between(clock.instant(), receipt.due()))
        .containsExactly(Duration.ZERO, Duration.ofDays(7), Duration.ofSeconds(5), Duration.ZERO);
  }
}
