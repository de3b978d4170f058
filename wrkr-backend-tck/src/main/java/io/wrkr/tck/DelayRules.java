package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import io.wrkr.spi.Claims;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Due instants. */
@Needs(Capability.DELAY)
abstract class DelayRules extends SpiScenario {
  @Test
  @Rule("DELAY-1")
  void a_delayed_delivery_is_not_early_and_not_late() {
    subscribe("q", "a");
    publish(event("a").id("1").delay(Duration.ofMinutes(10)));

    clock.advance(Duration.ofMinutes(10).minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("DELAY-1")
  void a_due_instant_between_two_milliseconds_is_rounded_up_if_at_all() {
    subscribe("q", "a");
    clock.advance(Duration.ofNanos(123_456_789));
    Instant due = clock.instant().plusNanos(1_000_001);
    publish(event("a").id("1").at(due), event("a").id("2").delay(Duration.ofNanos(1_000_001)));

    clock.advance(Duration.ofNanos(1_000_000));
    assertNothingReady("q");
    clock.advance(backend.capabilities().precision().plusNanos(1));

    assertThat(claimIds("q")).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  @Rule("DELAY-2")
  void seven_days_and_ten_years_work() {
    subscribe("q", "a");
    publish(
        event("a").id("years").delay(Duration.ofDays(3653)),
        event("a").id("days").delay(Duration.ofDays(7)));

    clock.advance(Duration.ofDays(7));
    assertThat(claimIds("q")).containsExactly("days");
    clock.advance(Duration.ofDays(3646));

    assertThat(claimIds("q")).contains("years");
  }

  @Test
  @Rule("DELAY-2")
  void the_longest_delay_declared_works() {
    subscribe("q", "a");
    Duration longest = backend.capabilities().maxDelay();
    publish(event("a").id("1").delay(longest));

    Claims claims = claim("q", 1);
    assertThat(claims.deliveries()).isEmpty();
    assertThat(claims.untilNextDue()).contains(longest);
    clock.advance(longest);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("DELAY-3")
  void a_past_instant_means_now() {
    subscribe("q", "a");
    publish(event("a").id("now"));

    publish(
        event("a").id("epoch").at(Instant.EPOCH),
        event("a").id("minute").at(clock.instant().minusSeconds(60)));

    assertThat(claimIds("q")).containsExactly("now", "epoch", "minute");
  }

  @Test
  @Rule("DELAY-4")
  void deliveries_are_claimed_by_due_instant_then_in_publish_order() {
    subscribe("q", "a");
    publish(
        event("a").id("third").delay(Duration.ofSeconds(2)),
        event("a").id("fourth").delay(Duration.ofSeconds(2)),
        event("a").id("second").delay(SECOND));
    publish(event("a").id("first"));
    publish(event("a").id("fifth").delay(Duration.ofSeconds(2)));

    clock.advance(Duration.ofSeconds(2));

    assertThat(claimIds("q")).containsExactly("first", "second", "third", "fourth", "fifth");
  }

  @Test
  @Rule("DELAY-4")
  void a_long_delay_holds_up_no_short_one() {
    subscribe("q", "a");
    publish(event("a").id("long").tid("t").delay(Duration.ofDays(7)));
    publish(event("a").id("short").tid("t").delay(SECOND), event("a").id("none").tid("t"));

    assertThat(claimIds("q")).containsExactly("none");
    clock.advance(SECOND);
    assertThat(claimIds("q")).containsExactly("short");
  }

  @Test
  @Rule("DELAY-6")
  void due_is_an_instant_that_no_change_of_zone_moves() {
    subscribe("q", "a");
    Instant beforeChange = Instant.parse("2030-03-31T00:59:59Z");
    clock.advance(Duration.between(clock.instant(), beforeChange.minusSeconds(3600)));
    publish(event("a").id("1").at(beforeChange), event("a").id("2").delay(Duration.ofHours(2)));

    clock.advance(Duration.ofHours(1).minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);
    assertThat(claimIds("q")).containsExactly("1");
    clock.advance(Duration.ofHours(1));

    assertThat(claimIds("q")).contains("2");
  }

  @Test
  @Rule("DELAY-7")
  void a_hundred_thousand_waiting_deliveries_hide_no_due_one() {
    subscribe("q", "a");
    int batch = Math.min(backend.capabilities().maxBatch(), 1000);
    for (int i = 0; i < 100_000 / batch; i++) {
      int days = 1 + i % 100;
      publish(
          events("a", "waiting-" + i + "-", batch).stream()
              .map(event -> event.delay(Duration.ofDays(days)))
              .toList());
    }

    for (int i = 0; i < 200; i++) {
      publish(event("a").id("due-" + i));
      assertThat(ack(claimOne("q"))).isTrue();
    }

    assertThat(claim("q", 1).untilNextDue()).contains(Duration.ofDays(1));
  }
}
