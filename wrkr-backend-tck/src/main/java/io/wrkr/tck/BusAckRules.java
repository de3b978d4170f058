package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Query;
import io.wrkr.Wrkr;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How handlers end deliveries. */
@SuppressWarnings("NullAway.Init") // each test begins by opening the bus
abstract class BusAckRules extends BusScenario {
  private Wrkr bus;

  private void handle(io.wrkr.Handler handler) {
    bus = open();
    bus.queue("q").on("a", handler);
    bus.start();
  }

  @Test
  @Rule("ACK-1")
  void returning_acks() {
    handle(noting());

    bus.publish(Event.of("a").id("1"));

    assertThat(next().id()).startsWith("1");
    awaitTold("ACKED 1");
    assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).untilNextDue())
        .isEmpty();
  }

  @Test
  @Rule("ACK-1")
  @Rule("RETRY-1")
  void throwing_retries_by_the_policy() {
    handle(
        delivery -> {
          throw new IllegalStateException("no");
        });

    bus.publish(Event.of("a").id("1"));

    awaitTold("failed 1", "RETRIED 1");
    assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).deliveries())
        .isEmpty();
  }

  @Test
  @Rule("ACK-3")
  void the_first_verdict_wins_and_later_ones_return_false() {
    CompletableFuture<List<Boolean>> verdicts = new CompletableFuture<>();
    handle(
        d ->
            verdicts.complete(
                List.of(
                    d.ack(),
                    d.ack(),
                    d.retry(),
                    d.retry(Duration.ZERO),
                    d.release(Duration.ZERO),
                    d.deadLetter("late"),
                    d.extend(Duration.ofMinutes(1)))));

    bus.publish(Event.of("a").id("1"));

    assertThat(Await.value(verdicts))
        .containsExactly(true, false, false, false, false, false, false);
    awaitTold("ACKED 1");
    assertThat(told).doesNotContain("RETRIED 1", "DEAD_LETTERED 1");
  }

  @Test
  @Rule("ACK-4")
  void what_throws_after_its_ack_stays_acked_and_is_reported() {
    handle(
        delivery -> {
          assertThat(delivery.ack()).isTrue();
          throw new IllegalStateException("after the ack");
        });

    bus.publish(Event.of("a").id("1"));

    awaitTold("ACKED 1", "failed 1");
    clock.advance(Duration.ofDays(1));
    assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).deliveries())
        .isEmpty();
  }

  @Test
  @Rule("ACK-5")
  @Rule("ACK-8")
  void in_manual_mode_returning_settles_nothing_and_any_thread_settles_in_any_order() {
    bus = open();
    bus.queue("q").manualAck().on("a", noting());
    bus.start();
    bus.publish(List.of(Event.of("a").id("1"), Event.of("a").id("2")));
    Delivery first = next();
    Delivery second = next();

    List<Boolean> acked = Race.of(2, number -> number == 0 ? second.ack() : first.ack());

    assertThat(acked).containsOnly(true);
    assertThat(first.ack()).isFalse();
  }

  @Test
  @Rule("ACK-8")
  void in_manual_mode_throwing_retries() {
    bus = open();
    bus.queue("q")
        .manualAck()
        .on(
            "a",
            delivery -> {
              throw new IllegalStateException("no");
            });
    bus.start();

    bus.publish(Event.of("a").id("1"));

    awaitTold("RETRIED 1");
  }

  @Test
  @Rule("ACK-7")
  void an_ack_that_the_store_did_not_confirm_throws() {
    CompletableFuture<Boolean> ack = new CompletableFuture<>();
    bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public List<Lease> settle(List<Settlement> settlements) {
                throw new BackendException(Outcome.FATAL, "the disk is gone", null);
              }
            });
    bus.queue("q").on("a", delivery -> ackInto(ack, delivery));
    bus.start();

    bus.publish(Event.of("a").id("1"));

    assertThatThrownBy(() -> Await.value(ack))
        .hasCauseInstanceOf(BackendUnavailableException.class);
    awaitTold("unconfirmed 1");
  }

  private static void ackInto(CompletableFuture<Boolean> answer, Delivery delivery) {
    try {
      answer.complete(delivery.ack());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  @Test
  @Needs(Capability.FENCED)
  @Rule("ACK-6")
  void an_ack_after_the_lease_was_overtaken_returns_false() {
    CountDownLatch overtaken = new CountDownLatch(1);
    CompletableFuture<Boolean> ack = new CompletableFuture<>();
    // Not told of moves: this instance does not extend in time.
    bus = open(Wrkr.builder(raw()).clock(clock::instant));
    // One slot, and that one taken: it cannot claim its own lost delivery either.
    bus.queue("q")
        .concurrency(1)
        .on(
            "a",
            delivery -> {
              handled.add(delivery);
              Await.signal(overtaken);
              ackInto(ack, delivery);
            });
    bus.start();
    bus.publish(Event.of("a").id("1"));
    Delivery late = next();

    clock.advance(Duration.ofSeconds(30));
    Lease current =
        backend.claim(new ClaimRequest("q", 1, Duration.ofMinutes(1))).deliveries().get(0).lease();
    overtaken.countDown();

    assertThat(Await.value(ack)).isFalse();
    assertThat(current.token()).isGreaterThan(late.fencingToken());
    assertThat(backend.extend(List.of(current), Duration.ofMinutes(1))).containsExactly(current);
  }

  @Test
  @Rule("LIFE-8")
  @Rule("ACK-2")
  void a_publish_of_unknown_outcome_is_repeated_without_a_second_delivery() {
    AtomicReference<Boolean> lost = new AtomicReference<>(false);
    bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public List<io.wrkr.Receipt> publish(List<io.wrkr.spi.OutgoingEvent> events) {
                List<io.wrkr.Receipt> receipts = super.publish(events);
                if (!lost.getAndSet(true)) {
                  throw new BackendException(Outcome.UNKNOWN, "the answer was lost", null);
                }
                return receipts;
              }
            });
    bus.queue("q").on("a", noting());
    bus.start();

    bus.publish(Event.of("a").tid("only"));
    bus.publish(Event.of("a").tid("last"));

    assertThat(List.of(next().tid().orElseThrow(), next().tid().orElseThrow()))
        .containsExactlyInAnyOrder("only", "last");
  }

  @Test
  @Rule("LIFE-8")
  void an_outcome_that_stays_unknown_is_told_with_the_ids() {
    AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.UNKNOWN);
    bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public List<io.wrkr.Receipt> publish(List<io.wrkr.spi.OutgoingEvent> events) {
                throw new BackendException(outcome.getAndSet(Outcome.FATAL), "lost", null);
              }
            });

    assertThatThrownBy(() -> bus.publish(List.of(Event.of("a"), Event.of("b").id("2"))))
        .isInstanceOfSatisfying(
            OutcomeUnknownException.class,
            e -> {
              assertThat(e.events()).extracting(Event::name).containsExactly("a", "b");
              assertThat(e.events()).allMatch(event -> event.id().isPresent());
              assertThat(e.events().get(1).id()).contains("2");
            });
    assertThatThrownBy(() -> bus.publish(Event.of("a")))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(bus.admin().find(Query.all()).deliveries()).isEmpty();
  }
}
