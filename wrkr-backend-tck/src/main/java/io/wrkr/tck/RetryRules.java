package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Trying again, and giving back. */
abstract class RetryRules extends SpiScenario {
  @Test
  @Rule("RETRY-1")
  void a_retry_without_a_wait_is_immediate() {
    subscribe("q", "a");
    publish(event("a").id("1"));

    assertThat(retry(claimOne("q"), Duration.ZERO)).isTrue();

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Needs(Capability.RETRY_DELAY)
  @Rule("RETRY-2")
  void a_retry_is_not_early_and_not_late() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    retry(claimOne("q"), Duration.ofHours(3));

    clock.advance(Duration.ofHours(3).minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Needs(Capability.RETRY_DELAY)
  @Rule("RETRY-2")
  void a_retry_may_come_sooner_than_the_lease_would_have_ended() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    retry(claimOne("q"), SECOND);

    clock.advance(SECOND);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("RETRY-3")
  void a_release_is_no_attempt() {
    subscribe("q", "a");
    publish(event("a"));

    for (int i = 0; i < 3; i++) {
      ClaimedDelivery delivery = claimOne("q");
      assertThat(delivery.attempt()).isEqualTo(1);
      assertThat(release(delivery, Duration.ZERO)).isTrue();
    }
    retry(claimOne("q"), Duration.ZERO);
    release(claimOne("q"), Duration.ZERO);

    assertThat(claimOne("q").attempt()).isEqualTo(2);
  }

  @Test
  @Needs(Capability.RETRY_DELAY)
  @Rule("RETRY-3")
  void a_release_with_a_wait_is_not_early() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    release(claimOne("q"), Duration.ofMinutes(1));

    clock.advance(Duration.ofMinutes(1).minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("RETRY-4")
  void attempts_are_counted_at_the_claim_also_when_the_lease_is_lost() {
    subscribe("q", "a");
    publish(event("a"));

    assertThat(claimOne("q").attempt()).isEqualTo(1);
    clock.advance(LEASE);
    ClaimedDelivery second = claimOne("q");
    assertThat(second.attempt()).isEqualTo(2);
    retry(second, Duration.ZERO);

    assertThat(claimOne("q").attempt()).isEqualTo(3);
  }

  @Test
  @Rule("RETRY-6")
  void a_retried_delivery_is_there_exactly_once() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    ClaimedDelivery delivery = claimOne("q");
    retry(delivery, Duration.ZERO);
    retry(delivery, Duration.ZERO);

    assertThat(claimIds("q")).containsExactly("1");
    assertNothingReady("q");
    clock.advance(LEASE);
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("RETRY-9")
  void a_waiting_retry_holds_up_no_other_delivery() {
    subscribe("q", "a");
    publish(event("a").id("1").tid("t"), event("a").id("2").tid("t"));
    retry(claimFirst("q"), Duration.ofHours(1));

    assertThat(claimIds("q")).containsExactly("2");
  }

  @Test
  @Rule("RETRY-4")
  void history_of_the_last_retry_comes_with_the_next_claim() {
    subscribe("q", "a");
    publish(event("a"));
    String first = "1: java.lang.IllegalStateException: \"no\"\n\tat a.B.c(B.java:1)\n";
    String both = first + "2: Grüße \uD83D\uDE00 " + "x".repeat(20_000);

    settle(new Settlement.Retry(claimOne("q").lease(), Duration.ZERO, first));
    ClaimedDelivery second = claimOne("q");
    settle(new Settlement.Retry(second.lease(), Duration.ZERO, both));
    ClaimedDelivery third = claimOne("q");
    release(third, Duration.ZERO);

    assertThat(second.history()).isEqualTo(first);
    assertThat(third.history()).isEqualTo(both);
    assertThat(claimOne("q").history()).as("history after a release").isEqualTo(both);
  }

  @Test
  @Rule("RETRY-4")
  void a_lost_lease_keeps_the_history() {
    subscribe("q", "a");
    publish(event("a"));
    settle(new Settlement.Retry(claimOne("q").lease(), Duration.ZERO, "first"));
    claimOne("q");

    clock.advance(LEASE);

    assertThat(claimOne("q").history()).isEqualTo("first");
  }
}
