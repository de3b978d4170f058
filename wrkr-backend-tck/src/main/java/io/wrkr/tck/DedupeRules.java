package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One event id, one delivery in each queue. */
@Needs(Capability.DEDUPE)
abstract class DedupeRules extends SpiScenario {
  private static final Duration WINDOW = Duration.ofDays(7);

  private static Draft one() {
    return event("a").id("1").window(WINDOW);
  }

  @Test
  @Rule("FIND-3")
  void the_same_id_twice_makes_one_delivery() {
    subscribe("q", "a");

    assertThat(publish(one().json("1")).duplicate()).isFalse();
    Receipt second = publish(one().json("2"));

    assertThat(second.duplicate()).isTrue();
    assertThat(second.id()).isEqualTo("1");
    assertThat(second.queues()).containsExactly("q");
    assertThat(claimOne("q").event().payload().text()).isEqualTo("1");
  }

  @Test
  @Rule("FIND-3")
  void the_same_id_twice_in_one_batch_makes_one_delivery() {
    subscribe("q", "a");

    List<Receipt> receipts = publish(one(), event("a").id("2"), one());

    assertThat(receipts).extracting(Receipt::duplicate).containsExactly(false, false, true);
    assertThat(claimIds("q")).containsExactly("1", "2");
  }

  @Test
  @Rule("FIND-3")
  void a_live_delivery_dedupes_however_long_it_lives() {
    subscribe("q", "a");
    publish(one().delay(Duration.ofDays(365)));

    clock.advance(Duration.ofDays(364));
    backend.prune(100);

    assertThat(publish(one()).duplicate()).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Rule("FIND-3")
  void leased_retrying_and_dead_deliveries_dedupe() {
    subscribe("q", "a");
    publish(events("a", "e", 3));
    List<ClaimedDelivery> claimed = claimAll("q");
    retry(claimed.get(1), Duration.ofDays(9));
    deadLetter(claimed.get(2), "broken");

    assertThat(publish(events("a", "e", 3))).allMatch(Receipt::duplicate);
    assertNothingReady("q");
  }

  @Test
  @Rule("FIND-3")
  void an_acked_delivery_dedupes_for_its_window() {
    subscribe("q", "a");
    publish(one());
    clock.advance(Duration.ofDays(30));
    ack(claimOne("q"));

    clock.advance(WINDOW.minus(MILLI));
    backend.prune(100);

    assertThat(publish(one()).duplicate()).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Rule("FIND-4")
  void after_the_window_and_a_prune_the_id_is_free() {
    subscribe("q", "a");
    publish(one());
    ack(claimOne("q"));

    clock.advance(WINDOW.plus(MILLI));
    backend.prune(100);

    assertThat(publish(one()).duplicate()).isFalse();
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("FIND-4")
  void the_window_is_that_of_each_event() {
    subscribe("q", "a");
    publish(event("a").id("short").window(SECOND), event("a").id("long").window(WINDOW));
    claimAll("q").forEach(this::ack);

    clock.advance(Duration.ofSeconds(2));
    backend.prune(100);

    assertThat(publish(event("a").id("short"), event("a").id("long")))
        .extracting(Receipt::duplicate)
        .containsExactly(false, true);
  }

  @Test
  @Needs(Capability.CANCEL)
  @Rule("FIND-3")
  void a_cancelled_delivery_dedupes_for_its_window() {
    subscribe("q", "a");
    publish(one());
    inspector().cancel(Query.all());

    assertThat(publish(one()).duplicate()).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Rule("FIND-3")
  void a_queue_that_joined_later_gets_what_the_others_have_already() {
    subscribe("q1", "a");
    publish(one());
    subscribe("q2", "a");

    Receipt receipt = publish(one());

    assertThat(receipt.duplicate()).as("q2 got it").isFalse();
    assertThat(receipt.queues()).containsExactlyInAnyOrder("q1", "q2");
    assertThat(claimIds("q1")).containsExactly("1");
    assertThat(claimIds("q2")).containsExactly("1");
    assertThat(publish(one()).duplicate()).isTrue();
  }

  @Test
  @Rule("FIND-3")
  void ids_that_differ_in_case_only_are_different() {
    subscribe("q", "a");

    publish(event("a").id("x"), event("a").id("X"), event("a").id("x "), event("a").id("ẋ"));

    assertThat(claimAll("q")).hasSize(4);
  }

  @Test
  @Rule("FIND-3")
  void follow_ups_are_deduplicated_like_publishes() {
    subscribe("q", "a");
    subscribe("next", "b");
    publish(event("a"), event("a"));

    claimAll("q").forEach(delivery -> ack(delivery, event("b").id("same")));

    assertThat(claimIds("next")).containsExactly("same");
  }

  @Test
  @Rule("FIND-3")
  void of_duplicates_at_the_same_moment_one_wins() {
    subscribe("q1", "a");
    subscribe("q2", "a");

    List<Long> made =
        Race.of(
            8,
            number -> {
              long count = 0;
              for (int i = 0; i < 50; i++) {
                count += publish(event("a").id("e" + i)).duplicate() ? 0 : 1;
              }
              return count;
            });

    assertThat(made.stream().mapToLong(Long::longValue).sum()).isEqualTo(50);
    assertThat(claimIds("q1")).hasSize(50).doesNotHaveDuplicates();
    assertThat(claimIds("q2")).hasSize(50).doesNotHaveDuplicates();
  }
}
