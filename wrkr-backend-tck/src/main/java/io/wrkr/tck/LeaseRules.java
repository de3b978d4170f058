package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expiring, exclusive holds. */
abstract class LeaseRules extends SpiScenario {
  @Test
  @Rule("LEASE-1")
  @Rule("LEASE-5")
  void what_is_not_settled_comes_back_after_its_lease_and_not_before() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    backend.claim(new ClaimRequest("q", 1, Duration.ofMinutes(5)));

    clock.advance(Duration.ofMinutes(5).minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("LEASE-1")
  void a_delivery_comes_back_after_every_lost_lease() {
    subscribe("q", "a");
    publish(event("a").id("1"));

    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(claimOne("q").attempt()).isEqualTo(attempt);
      clock.advance(LEASE);
    }
  }

  @Test
  @Rule("LEASE-2")
  void tokens_rise_with_every_claim_whatever_ended_the_last() {
    subscribe("q", "a");
    publish(event("a"));

    ClaimedDelivery first = claimOne("q");
    clock.advance(LEASE);
    ClaimedDelivery afterLoss = claimOne("q");
    retry(afterLoss, Duration.ZERO);
    ClaimedDelivery afterRetry = claimOne("q");
    release(afterRetry, Duration.ZERO);
    ClaimedDelivery afterRelease = claimOne("q");
    release(afterRelease, Duration.ZERO);
    ClaimedDelivery afterSecondRelease = claimOne("q");

    assertThat(List.of(first, afterLoss, afterRetry, afterRelease, afterSecondRelease))
        .extracting(delivery -> delivery.lease().token())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  @Needs(Capability.FENCED)
  @Rule("LEASE-2")
  void a_token_from_before_a_release_is_refused_after_it() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery released = claimOne("q");
    release(released, Duration.ZERO);
    ClaimedDelivery current = claimOne("q");

    assertThat(ack(released)).isFalse();
    assertThat(extend(released, LEASE)).isFalse();
    assertThat(ack(current)).isTrue();
  }

  @Test
  @Needs({Capability.FENCED, Capability.DEDUPE})
  @Rule("LEASE-2")
  void a_token_of_an_ended_delivery_is_refused_by_a_later_one_of_the_same_id() {
    subscribe("q", "a");
    publish(event("a").id("1").window(SECOND));
    ClaimedDelivery ended = claimOne("q");
    clock.advance(LEASE);
    ack(claimOne("q"));
    clock.advance(LEASE);
    backend.prune(100);
    publish(event("a").id("1").window(SECOND));

    ClaimedDelivery current = claimOne("q");

    assertThat(ack(ended)).isFalse();
    assertThat(ack(current)).isTrue();
  }

  @Test
  @Needs(Capability.EXTEND)
  @Rule("LEASE-3")
  void extend_counts_from_now_and_keeps_the_delivery_hidden() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    ClaimedDelivery delivery = claimOne("q");

    clock.advance(Duration.ofSeconds(20));
    assertThat(extend(delivery, LEASE)).isTrue();

    clock.advance(LEASE.minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Needs(Capability.EXTEND)
  @Rule("LEASE-3")
  void a_lease_that_ended_but_was_not_overtaken_is_extended() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery delivery = claimOne("q");

    clock.advance(LEASE.multipliedBy(2));

    assertThat(extend(delivery, LEASE)).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Needs(Capability.EXTEND)
  @Rule("LEASE-3")
  void extend_of_an_overtaken_lease_is_refused_and_changes_nothing() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    ClaimedDelivery overtaken = claimOne("q");
    clock.advance(LEASE);
    claimOne("q");

    assertThat(extend(overtaken, Duration.ofHours(1))).isFalse();

    clock.advance(LEASE);
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Needs(Capability.EXTEND)
  @Rule("LEASE-3")
  void extend_answers_for_each_lease() {
    subscribe("q1", "a");
    subscribe("q2", "a");
    publish(event("a"), event("a"));
    List<ClaimedDelivery> claimed = claimAll("q1");
    ClaimedDelivery other = claimFirst("q2");
    ack(claimed.get(0));

    List<Lease> held =
        backend.extend(
            List.of(
                claimed.get(0).lease(),
                claimed.get(1).lease(),
                other.lease(),
                new Lease("q1", "unknown", 1)),
            LEASE);

    assertThat(held).containsExactlyInAnyOrder(claimed.get(1).lease(), other.lease());
    assertThat(backend.extend(List.of(), LEASE)).isEmpty();
  }

  @Test
  @Rule("LEASE-7")
  @Rule("DELAY-1")
  void only_the_stores_clock_judges_not_the_machines() {
    subscribe("q", "a");
    clock.advance(Duration.ofDays(-20_000));
    publish(event("a").id("1").delay(Duration.ofHours(1)));
    assertNothingReady("q");

    clock.advance(Duration.ofHours(1));
    claimOne("q");
    clock.advance(LEASE.minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }
}
