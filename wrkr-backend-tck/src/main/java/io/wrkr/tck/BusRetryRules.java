package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Delivery;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Event;
import io.wrkr.Handler;
import io.wrkr.Query;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies, waits and dead letters as handlers see them. */
@Needs({Capability.RETRY_DELAY, Capability.FIND, Capability.DEAD_LETTERS})
@SuppressWarnings("NullAway.Init") // each test begins by opening the bus
abstract class BusRetryRules extends BusScenario {
  private static final Handler FAILS =
      delivery -> {
        throw new IllegalStateException("no stock");
      };

  private Wrkr bus;

  private void handle(RetryPolicy policy, Handler handler) {
    bus = open();
    bus.queue("q").retry(policy).on("a", handler);
    bus.start();
  }

  private Duration waitOf(String id) {
    DeliveryInfo info = info(bus, id);
    assertThat(info.state()).isEqualTo(DeliveryState.RETRYING);
    return Duration.between(clock.instant(), info.due());
  }

  @Test
  @Rule("RETRY-5")
  void waits_follow_the_policy() {
    handle(
        RetryPolicy.exponential()
            .jitter(0)
            .firstDelay(Duration.ofMinutes(1))
            .multiplier(3)
            .maxDelay(Duration.ofMinutes(20))
            .maxAttempts(6),
        FAILS);
    bus.publish(Event.of("a").id("1"));
    List<Duration> waits = new ArrayList<>();

    for (int attempt = 1; attempt < 6; attempt++) {
      awaitTold("RETRIED 1");
      waits.add(waitOf("1"));
      clock.advance(waits.get(waits.size() - 1));
    }

    assertThat(waits).extracting(Duration::toMinutes).containsExactly(1L, 3L, 9L, 20L, 20L);
    awaitTold("DEAD_LETTERED 1");
  }

  @Test
  @Rule("RETRY-5")
  void the_default_takes_twenty_attempts_over_about_57_hours() {
    handle(RetryPolicy.exponential(), FAILS);
    bus.publish(Event.of("a").id("1"));
    Duration total = Duration.ZERO;

    for (int attempt = 1; attempt < 20; attempt++) {
      awaitTold("RETRIED 1");
      Duration wait = waitOf("1");
      double ideal = Math.min(Math.pow(2, attempt - 1), 13 * 3600);
      assertThat(wait.toMillis() / 1000.0).isBetween(ideal * 0.899, ideal * 1.101);
      total = total.plus(wait);
      clock.advance(wait);
    }

    awaitTold("DEAD_LETTERED 1");
    assertThat(total).isBetween(Duration.ofHours(51), Duration.ofHours(63));
    assertThat(info(bus, "1").attempts()).isEqualTo(20);
  }

  @Test
  @Rule("RETRY-2")
  void a_retry_with_a_delay_is_not_early() {
    handle(
        RetryPolicy.exponential(),
        delivery -> {
          handled.add(delivery);
          if (delivery.attempt() == 1 && delivery.event().id().orElseThrow().equals("1")) {
            assertThat(delivery.retry(Duration.ofHours(5))).isTrue();
          }
        });
    bus.publish(Event.of("a").id("1"));
    awaitTold("RETRIED 1");
    next();

    clock.advance(Duration.ofHours(5).minusMillis(1));
    bus.publish(Event.of("a").id("probe"));
    assertThat(nextIds(1)).as("only the probe, which a later claim took").containsExactly("probe");
    clock.advance(Duration.ofMillis(1));

    assertThat(next().attempt()).isEqualTo(2);
  }

  @Test
  @Rule("RETRY-3")
  void a_release_counts_no_attempt() {
    handle(
        RetryPolicy.none(),
        delivery -> {
          handled.add(delivery);
          if (handled.size() < 3) {
            assertThat(delivery.release(Duration.ZERO)).isTrue();
          }
        });

    bus.publish(Event.of("a").id("1"));

    awaitTold("ACKED 1");
    assertThat(handled).extracting(Delivery::attempt).containsExactly(1, 1, 1);
    assertThat(handled).extracting(Delivery::fencingToken).isSorted().doesNotHaveDuplicates();
  }

  @Test
  @Rule("RETRY-7")
  @Rule("DEAD-1")
  void a_dead_letter_by_the_handler_keeps_its_reason() {
    handle(RetryPolicy.exponential(), delivery -> delivery.deadLetter("no such customer"));

    bus.publish(Event.of("a").id("1").payload(List.of(1, 2)).header("k", "v"));

    awaitTold("DEAD_LETTERED 1");
    DeliveryInfo dead = info(bus, "1");
    assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
    assertThat(dead.reason().orElseThrow()).startsWith("no such customer");
    assertThat(dead.payloadText()).isEqualTo("[1,2]");
    assertThat(dead.headers()).containsEntry("k", "v");
  }

  @Test
  @Rule("RETRY-7")
  void a_failure_that_the_policy_gives_up_on_is_dead_lettered_at_once() {
    handle(
        RetryPolicy.exponential().giveUpOn(IllegalStateException.class),
        delivery -> {
          throw new RuntimeException(new IllegalStateException("no stock"));
        });

    bus.publish(Event.of("a").id("1"));

    awaitTold("DEAD_LETTERED 1");
    assertThat(info(bus, "1").attempts()).isEqualTo(1);
  }

  @Test
  @Rule("RETRY-8")
  @Rule("DEAD-1")
  void after_its_last_attempt_a_delivery_is_a_dead_letter_with_its_history() {
    handle(RetryPolicy.fixed(Duration.ofSeconds(1)).maxAttempts(3), FAILS);
    bus.publish(Event.of("a").id("1"));

    for (int attempt = 1; attempt < 3; attempt++) {
      awaitTold("RETRIED 1");
      clock.advance(Duration.ofSeconds(1));
    }

    awaitTold("DEAD_LETTERED 1");
    assertThat(info(bus, "1").attempts()).isEqualTo(3);
    assertThat(info(bus, "1").reason().orElseThrow())
        .contains("no stock", "attempt 1 ", "attempt 2 ", "attempt 3 ", "\tat ");
  }

  @Test
  @Rule("RETRY-8")
  @Rule("RETRY-4")
  void a_last_attempt_that_was_lost_ends_as_a_dead_letter_without_a_further_run() {
    bus = open();
    bus.queue("q").retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(2)).subscribe("a");
    bus.start();
    bus.publish(Event.of("a").id("1"));
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).deliveries())
          .hasSize(1);
      clock.advance(Duration.ofSeconds(1));
    }

    bus.queue("q").on("a", noting());

    awaitTold("DEAD_LETTERED 1");
    assertThat(handled).isEmpty();
    bus.publish(Event.of("a").id("innocent"));
    assertThat(nextIds(1)).containsExactly("innocent");
  }

  @Test
  @Rule("DEAD-3")
  void a_redriven_dead_letter_is_handled_with_attempts_from_one() {
    handle(
        RetryPolicy.none(),
        delivery -> {
          handled.add(delivery);
          if (handled.size() == 1) {
            throw new IllegalStateException("once");
          }
        });
    bus.publish(Event.of("a").id("1"));
    awaitTold("DEAD_LETTERED 1");

    assertThat(bus.admin().redrive(Query.all().state(DeliveryState.DEAD))).isEqualTo(1);

    awaitTold("ACKED 1");
    assertThat(handled).extracting(Delivery::attempt).containsExactly(1, 1);
  }
}
