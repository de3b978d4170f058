package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Taking deliveries. */
abstract class ClaimRules extends SpiScenario {
  @Test
  @Rule("TAKE-1")
  void a_claimed_delivery_is_not_handed_out_again_while_its_lease_holds() {
    subscribe("q", "a");
    publish(event("a"));
    claimOne("q");

    assertNothingReady("q");
    clock.advance(LEASE.minus(MILLI));
    assertNothingReady("q");
  }

  @Test
  @Rule("TAKE-1")
  void several_claims_share_the_deliveries_out() {
    subscribe("q", "a");
    publish(events("a", "e", 5));

    assertThat(ids(claim("q", 2).deliveries())).containsExactly("e0", "e1");
    assertThat(ids(claim("q", 2).deliveries())).containsExactly("e2", "e3");
    assertThat(ids(claim("q", 2).deliveries())).containsExactly("e4");
  }

  @Test
  @Rule("TAKE-3")
  void a_claim_takes_no_more_than_asked_for() {
    subscribe("q", "a");
    publish(events("a", "e", 10));

    assertThat(claim("q", 3).deliveries()).hasSize(3);
    assertThat(claimAll("q")).hasSize(7);
  }

  @Test
  @Rule("TAKE-6")
  void a_claim_takes_from_its_own_queue_only() {
    subscribe("q1", "a");
    subscribe("q2", "b");
    publish(event("b").id("b"));

    assertNothingReady("q1");
    assertNothingReady("unknown");
    assertThat(claimIds("q2")).containsExactly("b");
  }

  @Test
  @Rule("TAKE-9")
  void a_claimed_delivery_knows_attempt_queue_and_token() {
    subscribe("q", "a");
    publish(event("a").id("1"));

    ClaimedDelivery delivery = claimOne("q");

    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.lease().queue()).isEqualTo("q");
    assertThat(delivery.lease().eventId()).isEqualTo("1");
    assertThat(delivery.lease().token()).isPositive();
    assertThat(delivery.due()).isEqualTo(clock.instant());
    assertThat(delivery.publishedAt()).isEqualTo(clock.instant());
    assertThat(delivery.history()).isEmpty();
  }

  @Test
  @Rule("TAKE-5")
  void an_empty_queue_has_nothing_next() {
    subscribe("q", "a");

    assertThat(claim("q", 10)).isEqualTo(Claims.NONE);
    assertThat(claim("unknown", 10)).isEqualTo(Claims.NONE);
  }

  @Test
  @Needs(Capability.DELAY)
  @Rule("TAKE-5")
  void a_claim_says_when_the_next_delay_ends() {
    subscribe("q", "a");
    publish(
        event("a"), event("a").delay(Duration.ofDays(7)), event("a").delay(Duration.ofHours(2)));
    ack(claimOne("q"));

    assertThat(untilNextDue("q")).isEqualTo(Duration.ofHours(2));
    clock.advance(Duration.ofHours(1));
    assertThat(untilNextDue("q")).isEqualTo(Duration.ofHours(1));
  }

  @Test
  @Rule("TAKE-5")
  void a_claim_says_when_the_next_lease_ends() {
    subscribe("q", "a");
    publish(event("a"));
    claimOne("q");

    clock.advance(SECOND);

    assertThat(untilNextDue("q")).isEqualTo(LEASE.minus(SECOND));
  }

  @Test
  @Rule("TAKE-5")
  void a_claim_says_when_the_lease_it_just_gave_ends() {
    subscribe("q", "a");
    publish(event("a"));

    assertThat(claim("q", 10).untilNextDue()).contains(LEASE);
  }

  @Test
  @Needs(Capability.RETRY_DELAY)
  @Rule("TAKE-5")
  void a_claim_says_when_the_next_retry_comes() {
    subscribe("q", "a");
    publish(event("a"));
    retry(claimOne("q"), Duration.ofMinutes(5));

    assertThat(untilNextDue("q")).isEqualTo(Duration.ofMinutes(5));
  }

  private Duration untilNextDue(String queue) {
    Claims claims = claim(queue, 10);
    assertThat(claims.deliveries()).isEmpty();
    return claims.untilNextDue().orElseThrow();
  }

  @Test
  @Rule("TAKE-5")
  void ended_deliveries_and_dead_letters_are_not_next() {
    subscribe("q", "a");
    publish(event("a"), event("a"));
    List<ClaimedDelivery> claimed = claimAll("q");

    ack(claimed.get(0));
    deadLetter(claimed.get(1), "broken");

    assertThat(claim("q", 10)).isEqualTo(Claims.NONE);
  }

  @Test
  @Rule("TAKE-1")
  void eight_workers_share_a_burst_without_taking_one_twice() {
    subscribe("q", "a");
    int batches = 10;
    for (int i = 0; i < batches; i++) {
      publish(events("a", "burst-" + i + "-", 100));
    }

    List<List<String>> taken = Race.of(8, number -> drain("q"));

    assertThat(taken.stream().flatMap(List::stream).toList())
        .hasSize(batches * 100)
        .doesNotHaveDuplicates();
  }

  /** Claims and acks by sevens until nothing is left; returns the ids. */
  private List<String> drain(String queue) {
    List<String> taken = new java.util.ArrayList<>();
    ClaimRequest request = new ClaimRequest(queue, 7, LEASE);
    List<ClaimedDelivery> claimed = backend.claim(request).deliveries();
    while (!claimed.isEmpty()) {
      taken.addAll(ids(claimed));
      assertThat(backend.settle(claimed.stream().map(SpiScenario::ackOf).toList())).isEmpty();
      claimed = backend.claim(request).deliveries();
    }
    return taken;
  }
}
