package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.Recurrence;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import io.wrkr.tck.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecurrenceTest {
  private static final Recurrence HOURLY = Recurrence.every(Duration.ofHours(1));

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-21T09:30:00Z"));
  private final BlockingQueue<Delivery> fired = new LinkedBlockingQueue<>();
  private final List<Wrkr> buses = new ArrayList<>();

  @AfterEach
  void close() {
    buses.forEach(Wrkr::close);
  }

  @Test
  void every_fires_at_multiples_of_its_interval_strictly_after_the_given_instant() {
    assertThat(HOURLY.next(Instant.parse("2026-11-21T09:30:00Z")))
        .contains(Instant.parse("2026-11-21T10:00:00Z"));
    assertThat(HOURLY.next(Instant.parse("2026-11-21T10:00:00Z")))
        .contains(Instant.parse("2026-11-21T11:00:00Z"));
    assertThat(HOURLY.next(Instant.ofEpochMilli(-1))).contains(Instant.EPOCH);
  }

  @Test
  void each_fire_publishes_one_event_named_by_its_instant() throws Exception {
    Wrkr bus = started("fires");
    bus.repeat("report", HOURLY, Event.of("report.due").tid("t").payload("daily"));

    clock.advance(Duration.ofMinutes(30));
    Delivery first = next();
    clock.advance(Duration.ofHours(1));
    Delivery second = next();

    assertThat(first.event().id()).contains("report@2026-11-21T10:00:00Z");
    assertThat(first.payload(String.class)).isEqualTo("daily");
    assertThat(first.tid()).contains("t");
    assertThat(first.event().parent()).isEmpty();
    assertThat(second.event().id()).contains("report@2026-11-21T11:00:00Z");
  }

  @Test
  void any_number_of_instances_make_one_event_a_fire() throws Exception {
    Wrkr one = started("many");
    Wrkr two = started("many");
    one.repeat("r", HOURLY, Event.of("report.due"));
    two.repeat("r", HOURLY, Event.of("report.due"));

    for (int hour = 10; hour < 15; hour++) {
      clock.advance(Duration.ofHours(1));
      next();
    }

    assertThat(fired).isEmpty();
    assertThat(one.admin().recurrences()).hasSize(1);
  }

  @Test
  void fires_missed_while_nothing_ran_collapse_into_one() throws Exception {
    CountDownLatch acked = new CountDownLatch(1);
    WrkrListener listener =
        new WrkrListener() {
          @Override
          public void settled(Delivery delivery, Outcome outcome) {
            if (delivery.queue().startsWith("$wrkr.")) {
              acked.countDown();
            }
          }
        };
    Wrkr bus = opened(Wrkr.builder("memory:recurrence-missed").listener(listener));
    bus.queue("q").lease(Duration.ofHours(12)).on("report.due", fired::add);
    bus.repeat("r", HOURLY, Event.of("report.due"));
    clock.advance(Duration.ofDays(3));

    bus.start();

    assertThat(next().event().id()).contains("r@2026-11-21T10:00:00Z");
    assertThat(acked.await(20, TimeUnit.SECONDS)).isTrue();
    clock.advance(Duration.ofMinutes(30));
    assertThat(next().event().id()).contains("r@2026-11-24T10:00:00Z");
  }

  @Test
  void new_rule_of_the_same_id_replaces_the_old() {
    Wrkr bus = opened("replaced");
    bus.repeat("r", HOURLY, Event.of("old"));

    bus.repeat("r", Recurrence.every(Duration.ofDays(1)), Event.of("new"));

    assertThat(bus.admin().recurrences())
        .singleElement()
        .satisfies(
            info -> {
              assertThat(info.name()).isEqualTo("new");
              assertThat(info.rule()).isEqualTo("every PT24H");
              assertThat(info.next())
                  .startsWith(
                      Instant.parse("2026-11-22T00:00:00Z"), Instant.parse("2026-11-23T00:00:00Z"))
                  .hasSize(5);
            });
  }

  @Test
  void cancelled_recurrence_fires_no_more() {
    Wrkr bus = opened("cancelled");
    bus.repeat("r", HOURLY, Event.of("a"));

    assertThat(bus.cancelRepeat("r")).isTrue();

    assertThat(bus.cancelRepeat("r")).isFalse();
    assertThat(bus.admin().recurrences()).isEmpty();
  }

  @Test
  void bus_hides_its_own_queue_and_general_repairs_leave_it_alone() {
    Wrkr bus = opened("hidden");
    bus.queue("all").subscribe("#");
    bus.start();
    bus.repeat("r", HOURLY, Event.of("a"));
    bus.publish(Event.of("mine"));

    assertThat(bus.admin().find(Query.all()).deliveries())
        .extracting("name")
        .containsExactly("mine");
    assertThat(bus.admin().cancel(Query.all())).isEqualTo(1);
    assertThat(bus.admin().subscriptions()).extracting("queue").containsExactly("all");
    assertThat(bus.admin().queues()).extracting("queue").containsExactly("all");
    assertThat(bus.admin().recurrences()).hasSize(1);
  }

  @Test
  void instance_that_starts_later_takes_part() throws Exception {
    Wrkr first = opened("later");
    first.queue("q").subscribe("report.due");
    first.repeat("r", HOURLY, Event.of("report.due"));
    first.start();
    first.stop(Duration.ofSeconds(5));
    started("later");

    clock.advance(Duration.ofMinutes(30));

    assertThat(next().event().id()).contains("r@2026-11-21T10:00:00Z");
  }

  @Test
  void rule_that_cannot_be_kept_or_never_fires_is_refused_at_once() {
    Wrkr bus = opened("refused");

    assertThatThrownBy(() -> bus.repeat("r", after -> Optional.of(after), Event.of("a")))
        .hasMessageContaining("text()");
    assertThatThrownBy(() -> bus.repeat("r", HOURLY, Event.of("a").delay(Duration.ofHours(1))))
        .hasMessageContaining("due instant");
    assertThatThrownBy(() -> bus.repeat("x".repeat(101), HOURLY, Event.of("a")))
        .hasMessageContaining("100 bytes");
    assertThatThrownBy(() -> Recurrence.every(Duration.ofMillis(10)))
        .hasMessageContaining("PT0.01S");
    assertThat(bus.admin().recurrences()).isEmpty();
  }

  private Wrkr opened(String store) {
    return opened(Wrkr.builder("memory:recurrence-" + store));
  }

  private Wrkr opened(Wrkr.Builder builder) {
    Wrkr bus = builder.clock(clock).build();
    buses.add(bus);
    return bus;
  }

  private Wrkr started(String store) {
    Wrkr bus = opened(store);
    // Longer than the steps of the clock, which would else end it between handler and ack.
    bus.queue("q").lease(Duration.ofHours(12)).on("report.due", fired::add);
    bus.start();
    return bus;
  }

  private Delivery next() throws InterruptedException {
    Delivery delivery = fired.poll(20, TimeUnit.SECONDS);
    assertThat(delivery).as("the next fire").isNotNull();
    return delivery;
  }
}
