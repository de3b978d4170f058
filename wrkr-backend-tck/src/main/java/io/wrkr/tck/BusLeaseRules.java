package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Leases as a running bus keeps them. */
@Needs(Capability.EXTEND)
abstract class BusLeaseRules extends BusScenario {
  @Test
  @Rule("LEASE-4")
  void the_lease_of_a_long_handler_is_extended() {
    CountDownLatch extended = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Wrkr bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public List<Lease> extend(List<Lease> leases, Duration lease) {
                List<Lease> held = super.extend(leases, lease);
                if (!held.isEmpty() && clock.instant().getEpochSecond() % 60 == 20) {
                  extended.countDown();
                }
                return held;
              }
            });
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              handled.add(delivery);
              Await.signal(go);
            });
    bus.start();
    bus.publish(Event.of("a").id("1"));
    Delivery delivery = next();

    clock.advance(Duration.ofSeconds(20));
    Await.signal(extended);
    clock.advance(Duration.ofSeconds(20));

    assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).deliveries())
        .isEmpty();
    assertThat(delivery.isLost()).isFalse();
    go.countDown();
    awaitTold("ACKED 1");
  }

  @Test
  @Rule("LEASE-4")
  void a_handler_is_told_that_its_lease_was_lost() {
    AtomicBoolean overtaken = new AtomicBoolean();
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> wasLost = new CompletableFuture<>();
    Wrkr bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public List<Lease> extend(List<Lease> leases, Duration lease) {
                return overtaken.get() ? List.of() : super.extend(leases, lease);
              }
            });
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              handled.add(delivery);
              Await.signal(go);
              wasLost.complete(delivery.isLost());
            });
    bus.start();
    bus.publish(Event.of("a").id("1"));
    next();

    overtaken.set(true);
    clock.advance(Duration.ofSeconds(1));
    awaitTold("lost 1");
    go.countDown();

    assertThat(Await.value(wasLost)).isTrue();
  }

  @Test
  @Rule("LEASE-5")
  void the_delivery_of_a_killed_worker_goes_to_another_after_its_lease() {
    Wrkr bus = open();
    bus.queue("q").subscribe("a");
    bus.start();
    bus.publish(Event.of("a").id("1"));
    backend.claim(new ClaimRequest("q", 1, Duration.ofMinutes(1)));
    bus.queue("q").on("a", noting());

    clock.advance(Duration.ofMinutes(1).minusMillis(1));
    bus.publish(Event.of("a").id("probe"));
    assertThat(nextIds(1)).containsExactly("probe");
    clock.advance(Duration.ofMillis(1));

    Delivery delivery = next();
    assertThat(delivery.event().id()).contains("1");
    assertThat(delivery.attempt()).isEqualTo(2);
  }

  @Test
  @Rule("LEASE-3")
  void a_handler_extends_its_own_lease() {
    CompletableFuture<Boolean> extended = new CompletableFuture<>();
    CountDownLatch go = new CountDownLatch(1);
    // Not told of moves, so that only the handler's own extension counts.
    Wrkr bus = open(Wrkr.builder(raw()).clock(clock::instant));
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              extended.complete(delivery.extend(Duration.ofHours(1)));
              Await.signal(go);
            });
    bus.start();
    bus.publish(Event.of("a"));
    assertThat(Await.value(extended)).isTrue();

    clock.advance(Duration.ofMinutes(59));

    assertThat(backend.claim(new ClaimRequest("q", 1, Duration.ofSeconds(1))).deliveries())
        .isEmpty();
    go.countDown();
  }

  @Test
  @Rule("LEASE-7")
  void an_instance_whose_clock_is_years_off_works_all_the_same() {
    // The store goes by the test's clock, in 2030; the bus is left with the machine's.
    Wrkr bus = open(Wrkr.builder(another()));
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              handled.add(delivery);
              if (delivery.attempt() == 1) {
                delivery.retry(Duration.ZERO);
              }
            });
    bus.start();

    bus.publish(List.of(Event.of("a").id("1"), Event.of("a").id("2").delay(Duration.ofDays(1))));

    assertThat(nextIds(2)).containsExactly("1", "1");
    awaitTold("ACKED 1");
    clock.advance(Duration.ofDays(1));
    bus.publish(Event.of("a").id("3"));
    assertThat(nextIds(4)).containsExactlyInAnyOrder("2", "2", "3", "3");
  }

  @Test
  @Rule("LIFE-3")
  void stop_waits_for_handlers_and_gives_back_what_has_not_begun() {
    CountDownLatch go = new CountDownLatch(1);
    Wrkr bus = open();
    bus.queue("q")
        .concurrency(1)
        .on(
            "a",
            delivery -> {
              handled.add(delivery);
              Await.signal(go);
            });
    bus.start();
    bus.publish(List.of(Event.of("a").id("1"), Event.of("a").id("2")));
    String second = next().event().id().equals(Optional.of("1")) ? "2" : "1";

    List<Boolean> finished =
        Race.run(
            List.of(
                () -> bus.stop(Duration.ofSeconds(20)),
                () -> {
                  go.countDown();
                  return true;
                }));

    assertThat(finished).containsOnly(true);
    boolean secondBegan = !handled.isEmpty();
    assertThat(backend.claim(new ClaimRequest("q", 9, Duration.ofSeconds(1))).deliveries())
        .extracting(delivery -> delivery.event().id() + " " + delivery.attempt())
        .containsExactlyElementsOf(secondBegan ? List.of() : List.of(second + " 1"));
  }
}
