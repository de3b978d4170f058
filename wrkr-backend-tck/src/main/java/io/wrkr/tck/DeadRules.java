package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deliveries that were given up. */
@Needs({Capability.DEAD_LETTERS, Capability.FIND})
abstract class DeadRules extends SpiScenario {
  private static final Query DEAD = Query.all().state(DeliveryState.DEAD);

  @Test
  @Rule("RETRY-7")
  @Rule("DEAD-7")
  void a_dead_letter_is_not_handed_out() {
    subscribe("q", "a");
    publish(event("a"));

    assertThat(deadLetter(claimOne("q"), "broken")).isTrue();

    clock.advance(Duration.ofDays(1000));
    assertNothingReady("q");
    assertThat(find(DEAD)).hasSize(1);
    assertThat(find(Query.all())).hasSize(1);
  }

  @Test
  @Rule("DEAD-1")
  void a_dead_letter_keeps_all_of_the_event_and_the_reason() {
    subscribe("q", "a.b");
    Draft event = event("a.b").id("1").tid("t").headers(Map.of("k", "v")).json("{\"n\":1.50}");
    publish(event);
    retry(claimOne("q"), Duration.ZERO);
    String reason = "java.io.IOException: \"x\"\n\tat y\nattempt 1: failed " + "z".repeat(20_000);
    deadLetter(claimOne("q"), reason);

    DeliveryInfo dead = info("q", "1");

    assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
    assertThat(dead.reason()).contains(reason);
    assertThat(dead.attempts()).isEqualTo(2);
    assertThat(dead.name()).isEqualTo("a.b");
    assertThat(dead.tid()).contains("t");
    assertThat(dead.payloadText()).isEqualTo("{\"n\":1.50}");
    assertThat(dead.headers()).isEqualTo(Map.of("k", "v"));
    inspector().redrive(DEAD);
    assertThat(claimOne("q").event()).isEqualTo(event.event());
  }

  @Test
  @Rule("DEAD-2")
  void dead_letters_are_filtered_and_counted() {
    subscribe("q1", "#");
    subscribe("q2", "#");
    publish(event("a").id("1").tid("t"), event("b").id("2"));
    claimAll("q1").forEach(delivery -> deadLetter(delivery, "broken"));

    assertThat(find(DEAD.queue("q1"))).hasSize(2);
    assertThat(find(DEAD.queue("q2"))).isEmpty();
    assertThat(find(DEAD.name("b"))).extracting(DeliveryInfo::eventId).containsExactly("2");
    assertThat(find(DEAD.tid("t"))).extracting(DeliveryInfo::eventId).containsExactly("1");
    assertThat(stats("q1").dead()).isEqualTo(2);
    assertThat(stats("q2").dead()).isZero();
  }

  @Test
  @Rule("DEAD-3")
  void a_redriven_delivery_is_due_now_with_attempts_from_zero() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    retry(claimOne("q"), Duration.ZERO);
    ClaimedDelivery dead = claimOne("q");
    deadLetter(dead, "broken");
    clock.advance(Duration.ofDays(1));

    assertThat(inspector().redrive(DEAD)).isEqualTo(1);

    assertThat(find(DEAD)).isEmpty();
    ClaimedDelivery redriven = claimOne("q");
    assertThat(redriven.event().id()).isEqualTo("1");
    assertThat(redriven.attempt()).isEqualTo(1);
    assertThat(redriven.lease().token()).isGreaterThan(dead.lease().token());
    assertThat(ack(dead)).as("ack by the token from before").isFalse();
    assertThat(ack(redriven)).isTrue();
  }

  @Test
  @Rule("DEAD-3")
  void a_redriven_delivery_keeps_its_history() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    deadLetter(claimOne("q"), "broken");
    inspector().redrive(DEAD);

    assertThat(info("q", "1").reason()).contains("broken");
    assertThat(claimOne("q").history()).isEqualTo("broken");
  }

  @Test
  @Rule("DEAD-3")
  void a_redrive_takes_what_matches_up_to_its_limit() {
    subscribe("q", "#");
    publish(event("a").id("1"), event("b").id("2"), event("b").id("3"), event("b").id("4"));
    claimAll("q").forEach(delivery -> deadLetter(delivery, "broken"));

    assertThat(inspector().redrive(Query.all().name("b").limit(2))).isEqualTo(2);
    assertThat(claimAll("q")).hasSize(2).allMatch(d -> d.event().name().equals("b"));
    assertThat(inspector().redrive(Query.all().eventId("1"))).isEqualTo(1);
    assertThat(claimIds("q")).containsExactly("1");
    assertThat(inspector().redrive(Query.all())).isEqualTo(1);
    assertThat(inspector().redrive(Query.all())).isZero();
  }

  @Test
  @Rule("DEAD-5")
  void a_discarded_dead_letter_is_gone_for_good() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    deadLetter(claimOne("q"), "broken");

    assertThat(inspector().discard(DEAD)).isEqualTo(1);

    assertThat(find(Query.all())).isEmpty();
    assertThat(inspector().redrive(Query.all())).isZero();
    assertThat(inspector().discard(Query.all())).isZero();
    assertNothingReady("q");
    assertThat(publish(event("a").id("1")).duplicate()).as("id still known").isTrue();
  }

  @Test
  @Rule("DEAD-7")
  void redrive_and_discard_touch_dead_letters_only() {
    subscribe("q", "a");
    publish(events("a", "e", 3));
    publish(event("a").id("later").delay(Duration.ofDays(1)));
    retry(claimFirst("q"), Duration.ofHours(1));
    claimFirst("q");

    assertThat(inspector().redrive(Query.all())).isZero();
    assertThat(inspector().discard(Query.all())).isZero();

    assertThat(claimIds("q")).containsExactly("e2");
    assertThat(find(Query.all())).hasSize(4);
  }

  @Test
  @Rule("DEAD-7")
  void of_redrive_and_discard_at_the_same_moment_one_takes_each_dead_letter() {
    subscribe("q", "a");
    publish(events("a", "e", 100));
    claimAll("q").forEach(delivery -> deadLetter(delivery, "broken"));

    java.util.List<Long> changed =
        Race.of(
            4, number -> number % 2 == 0 ? inspector().redrive(DEAD) : inspector().discard(DEAD));

    assertThat(changed.stream().mapToLong(Long::longValue).sum()).isEqualTo(100);
    assertThat(claimAll("q")).hasSize((int) (changed.get(0) + changed.get(2)));
    assertThat(find(DEAD)).isEmpty();
  }
}
