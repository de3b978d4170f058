package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Payload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a restart of all instances, and of the store, leaves as it was. */
@Needs(Capability.PERSISTENT)
abstract class RestartRules extends SpiScenario {
  @Test
  @Rule("SUB-5")
  void subscriptions_survive_a_restart() {
    subscribe("q", "a.*");

    restart();

    assertThat(backend.subscriptions()).containsExactly(new Subscription("q", "a.*"));
    assertThat(publish(event("a.b")).queues()).containsExactly("q");
  }

  @Test
  @Rule("DELAY-5")
  void waiting_deliveries_survive_and_come_due_while_all_is_down() {
    subscribe("q", "a");
    publish(event("a").id("soon").delay(SECOND), event("a").id("late").delay(Duration.ofDays(7)));

    clock.advance(SECOND);
    restart();

    assertThat(claimIds("q")).containsExactly("soon");
    clock.advance(Duration.ofDays(7));
    assertThat(claimIds("q")).contains("late");
  }

  @Test
  @Rule("LEASE-6")
  void leases_survive_a_restart() {
    subscribe("q", "a");
    publish(event("a"), event("a"));
    ClaimedDelivery settled = claimFirst("q");
    ClaimedDelivery left = claimFirst("q");

    restart();

    assertNothingReady("q");
    assertThat(ack(settled)).as("ack of a lease from before the restart").isTrue();
    clock.advance(LEASE);
    assertThat(claimIds("q")).containsExactly(left.event().id());
  }

  @Test
  @Rule("LEASE-2")
  void tokens_rise_over_a_restart() {
    subscribe("q", "a");
    publish(event("a"));
    ClaimedDelivery before = claimOne("q");
    release(before, Duration.ZERO);

    restart();

    assertThat(claimOne("q").lease().token()).isGreaterThan(before.lease().token());
  }

  @Test
  @Rule("ACK-2")
  void an_ack_survives_a_restart() {
    subscribe("q", "a");
    publish(event("a"));
    ack(claimOne("q"));

    restart();
    clock.advance(LEASE);

    assertNothingReady("q");
  }

  @Test
  @Needs(Capability.DEDUPE)
  @Rule("FIND-3")
  void the_dedupe_record_survives_a_restart() {
    subscribe("q", "a");
    publish(event("a").id("one"));
    ack(claimOne("q"));

    restart();

    assertThat(publish(event("a").id("one")).duplicate()).isTrue();
    assertNothingReady("q");
  }

  @Test
  @Needs({Capability.DEAD_LETTERS, Capability.FIND})
  @Rule("DEAD-1")
  void a_dead_letter_survives_a_restart_with_all_it_has() {
    subscribe("q", "a");
    Payload payload = event("a").json("{\"amount\":12.50}").event().payload();
    publish(event("a").id("one").payload(payload));
    deadLetter(claimOne("q"), "broken\nat line 1");

    restart();

    assertThat(info("q", "one").reason()).contains("broken\nat line 1");
    assertThat(inspector().redrive(Query.all())).isEqualTo(1);
    assertThat(claimOne("q").event().payload()).isEqualTo(payload);
  }

  @Test
  @Needs(Capability.ORDER_BY_TID)
  @Rule("ORDER-3")
  void an_ordered_queue_stays_ordered_over_a_restart() {
    subscribeOrdered("q", "a");
    publish(event("a").id("first").tid("t"), event("a").id("second").tid("t"));
    retry(claimOne("q"), Duration.ofHours(1));

    restart();

    assertNothingReady("q");
    clock.advance(Duration.ofHours(1));
    assertThat(claimIds("q")).containsExactly("first");
  }

  @Test
  @Rule("RETRY-4")
  void attempts_survive_a_restart() {
    subscribe("q", "a");
    publish(event("a"));
    retry(claimOne("q"), SECOND);

    restart();
    clock.advance(SECOND);

    assertThat(claimOne("q").attempt()).isEqualTo(2);
  }
}
