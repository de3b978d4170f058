package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ending claims. */
abstract class AckRules extends SpiScenario {
  @Test
  @Rule("ACK-2")
  void an_acked_delivery_never_comes_back() {
    subscribe("q", "a");
    publish(event("a"));

    assertThat(ack(claimOne("q"))).isTrue();

    assertNothingReady("q");
    clock.advance(Duration.ofDays(365));
    assertNothingReady("q");
  }

  @Test
  @Rule("ACK-3")
  void of_several_settlements_of_one_lease_the_first_wins() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery delivery = claimOne("q");
    ack(delivery);

    assertThat(ack(delivery)).as("second ack").isFalse();
    assertThat(retry(delivery, Duration.ZERO)).as("retry after ack").isFalse();
    assertThat(release(delivery, Duration.ZERO)).as("release after ack").isFalse();
    assertThat(deadLetter(delivery, "late")).as("dead letter after ack").isFalse();
    assertThat(extend(delivery, LEASE)).as("extend after ack").isFalse();
    clock.advance(LEASE);
    assertNothingReady("q");
  }

  @Test
  @Rule("ACK-3")
  void an_ack_after_a_retry_or_release_or_dead_letter_is_refused() {
    subscribe("q", "a");
    publish(events("a", "e", 3));
    List<ClaimedDelivery> claimed = claimAll("q");
    retry(claimed.get(0), SECOND);
    release(claimed.get(1), SECOND);
    deadLetter(claimed.get(2), "broken");

    assertThat(claimed).noneMatch(this::ack);

    clock.advance(SECOND);
    assertThat(claimIds("q")).containsExactly("e0", "e1");
  }

  @Test
  @Rule("ACK-3")
  void one_call_with_two_settlements_of_a_lease_applies_the_first() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery delivery = claimOne("q");

    List<Lease> refused =
        backend.settle(
            List.of(ackOf(delivery), new Settlement.Retry(delivery.lease(), Duration.ZERO, "")));

    assertThat(refused).containsExactly(delivery.lease());
    assertNothingReady("q");
  }

  @Test
  @Rule("ACK-5")
  void deliveries_are_settled_in_any_order_and_kind_by_one_call() {
    subscribe("q", "a");
    publish(events("a", "e", 4));
    List<ClaimedDelivery> claimed = claimAll("q");
    Lease unknown = new Lease("q", "unknown", 1);

    List<Lease> refused =
        backend.settle(
            List.of(
                ackOf(claimed.get(3)),
                new Settlement.Release(claimed.get(1).lease(), Duration.ZERO),
                new Settlement.Ack(unknown, io.wrkr.Archive.delete(), List.of()),
                new Settlement.DeadLetter(claimed.get(0).lease(), "broken"),
                new Settlement.Retry(claimed.get(2).lease(), Duration.ZERO, "failed")));

    assertThat(refused).containsExactly(unknown);
    assertThat(claimIds("q")).containsExactlyInAnyOrder("e1", "e2");
  }

  @Test
  @Rule("ACK-6")
  void a_settle_after_the_lease_counts_while_nobody_took_over() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery late = claimOne("q");

    clock.advance(LEASE.multipliedBy(2));

    assertThat(ack(late)).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Needs(Capability.FENCED)
  @Rule("ACK-6")
  void an_overtaken_token_is_refused_and_leaves_the_new_lease_untouched() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    ClaimedDelivery overtaken = claimOne("q");
    clock.advance(LEASE);
    ClaimedDelivery current = claimOne("q");

    List<Lease> refused =
        Stream.of(
                ackOf(overtaken),
                new Settlement.Retry(overtaken.lease(), Duration.ZERO, ""),
                new Settlement.Release(overtaken.lease(), Duration.ZERO),
                new Settlement.DeadLetter(overtaken.lease(), "late"))
            .flatMap(settlement -> backend.settle(List.of(settlement)).stream())
            .toList();

    assertThat(refused).containsOnly(overtaken.lease()).hasSize(4);
    assertNothingReady("q");
    clock.advance(LEASE.minus(MILLI));
    assertNothingReady("q");
    assertThat(ack(current)).as("ack by the current holder").isTrue();
  }

  @Test
  @Rule("ACK-2")
  void follow_ups_are_stored_with_the_ack() {
    subscribe("q", "a");
    subscribe("next", "b");
    publish(event("a"));

    assertThat(ack(claimOne("q"), event("b").id("1"), event("b").id("2"))).isTrue();

    assertThat(claimIds("next")).containsExactly("1", "2");
  }

  @Test
  @Needs(Capability.FENCED)
  @Rule("ACK-6")
  void a_refused_ack_publishes_no_follow_up() {
    subscribe("q", "a");
    subscribe("next", "b");
    publish(event("a"));
    ClaimedDelivery overtaken = claimOne("q");
    clock.advance(LEASE);
    claimOne("q");

    assertThat(ack(overtaken, event("b"))).isFalse();

    assertNothingReady("next");
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("ACK-5")
  void a_delivery_is_settled_through_another_instance() {
    subscribe("q", "a");
    publish(event("a"));
    Backend other = another();

    ClaimedDelivery delivery = other.claim(new ClaimRequest("q", 1, LEASE)).deliveries().get(0);

    assertThat(ack(delivery)).isTrue();
    assertThat(other.settle(List.of(ackOf(delivery)))).containsExactly(delivery.lease());
  }
}
