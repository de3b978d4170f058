package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Taking waiting deliveries back, and moving them. */
@Needs(Capability.CANCEL)
abstract class CancelRules extends SpiScenario {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  @Rule("DELAY-8")
  void a_cancelled_delivery_is_never_claimed() {
    subscribe("q1", "a");
    subscribe("q2", "a");
    publish(event("a").id("1").delay(DAY), event("a").id("2").delay(DAY));

    assertThat(inspector().cancel(Query.all().eventId("1"))).isEqualTo(2);
    assertThat(inspector().cancel(Query.all().eventId("1"))).as("again").isZero();

    clock.advance(DAY);
    assertThat(claimIds("q1")).containsExactly("2");
    assertThat(claimIds("q2")).containsExactly("2");
  }

  @Test
  @Rule("DELAY-8")
  void deliveries_are_cancelled_by_tid_and_name() {
    subscribe("q", "#");
    publish(
        event("a").id("1").tid("t").delay(DAY),
        event("b").id("2").tid("t").delay(DAY),
        event("a").id("3").tid("u"));

    assertThat(inspector().cancel(Query.all().tid("t").name("a"))).isEqualTo(1);

    clock.advance(DAY);
    assertThat(claimIds("q")).containsExactly("3", "2");
  }

  @Test
  @Rule("DELAY-8")
  @Rule("FIND-2")
  void only_what_waits_is_cancelled() {
    subscribe("q", "a");
    publish(events("a", "e", 5));
    publish(event("a").id("scheduled").delay(DAY));
    List<ClaimedDelivery> claimed = claim("q", 4).deliveries();
    ack(claimed.get(0));
    deadLetter(claimed.get(1), "broken");
    retry(claimed.get(2), DAY);

    assertThat(inspector().cancel(Query.all())).as("ready, scheduled, retrying").isEqualTo(3);
    assertThat(inspector().cancel(Query.all().state(DeliveryState.LEASED))).isZero();
    assertThat(inspector().cancel(Query.all().state(DeliveryState.DEAD))).isZero();

    assertThat(ack(claimed.get(3))).as("the leased one is still held").isTrue();
    clock.advance(DAY);
    assertNothingReady("q");
  }

  @Test
  @Rule("FIND-2")
  void a_cancel_takes_what_matches_up_to_its_limit() {
    subscribe("q", "#");
    publish(events("a", "a", 150));
    publish(events("b", "b", 3));

    assertThat(inspector().cancel(Query.all().name("a").limit(20))).isEqualTo(20);
    assertThat(inspector().cancel(Query.all().name("a"))).isEqualTo(130);

    assertThat(claimIds("q")).containsExactly("b0", "b1", "b2");
  }

  @Test
  @Rule("DELAY-8")
  void an_ended_lease_that_was_cancelled_is_refused() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    ClaimedDelivery late = claimOne("q");
    clock.advance(LEASE);

    assertThat(inspector().cancel(Query.all().eventId("1"))).isEqualTo(1);

    assertThat(ack(late)).isFalse();
    assertNothingReady("q");
  }

  @Test
  @Rule("DELAY-8")
  void of_cancel_and_claim_at_the_same_moment_exactly_one_wins() {
    subscribe("q", "a");
    int events = 100;
    publish(events("a", "e", events));
    List<Callable<Long>> tasks = new ArrayList<>();
    tasks.add(() -> cancelEach(events));
    tasks.add(() -> cancelEach(events));
    tasks.add(this::claimEach);
    tasks.add(this::claimEach);

    List<Long> won = Race.run(tasks);

    assertThat(won.stream().mapToLong(Long::longValue).sum()).isEqualTo(events);
    clock.advance(LEASE);
    assertNothingReady("q");
  }

  private long cancelEach(int events) {
    long cancelled = 0;
    for (int i = events - 1; i >= 0; i--) {
      cancelled += inspector().cancel(Query.all().eventId("e" + i));
    }
    return cancelled;
  }

  private long claimEach() {
    long claimed = 0;
    for (List<ClaimedDelivery> taken = claim("q", 3).deliveries();
        !taken.isEmpty();
        taken = claim("q", 3).deliveries()) {
      assertThat(taken).allMatch(this::ack);
      claimed += taken.size();
    }
    return claimed;
  }

  @Test
  @Rule("DELAY-9")
  void a_rescheduled_delivery_goes_by_its_new_due_instant() {
    subscribe("q", "a");
    publish(event("a").id("later").delay(SECOND), event("a").id("sooner").delay(DAY));

    inspector().reschedule(Query.all().eventId("later"), clock.instant().plus(DAY));
    inspector().reschedule(Query.all().eventId("sooner"), clock.instant().minus(DAY));

    assertThat(claimIds("q")).containsExactly("sooner");
    clock.advance(DAY.minus(MILLI));
    assertThat(claimIds("q")).doesNotContain("later");
    clock.advance(MILLI);
    assertThat(claimIds("q")).contains("later");
  }

  @Test
  @Rule("DELAY-9")
  void only_what_waits_is_rescheduled() {
    subscribe("q", "a");
    publish(events("a", "e", 5));
    publish(event("a").id("scheduled").delay(DAY));
    List<ClaimedDelivery> claimed = claim("q", 4).deliveries();
    ack(claimed.get(0));
    deadLetter(claimed.get(1), "broken");
    retry(claimed.get(2), DAY);

    assertThat(inspector().reschedule(Query.all(), clock.instant().plusSeconds(1))).isEqualTo(3);

    assertThat(ack(claimed.get(3))).as("the leased one is still held").isTrue();
    clock.advance(SECOND);
    assertThat(claimIds("q")).containsExactlyInAnyOrder("e2", "e4", "scheduled");
  }

  @Test
  @Rule("DELAY-9")
  void a_reschedule_changes_up_to_its_limit_and_counts_no_attempt() {
    subscribe("q", "a");
    publish(events("a", "e", 5));

    assertThat(inspector().reschedule(Query.all().limit(2), clock.instant().plus(DAY)))
        .isEqualTo(2);

    assertThat(claimAll("q")).hasSize(3);
    clock.advance(DAY);
    assertThat(claimAll("q").stream().filter(d -> d.attempt() == 1)).hasSize(2);
  }
}
