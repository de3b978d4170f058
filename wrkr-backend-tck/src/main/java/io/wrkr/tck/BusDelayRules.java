package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Delays, cancelling and order on a running bus. */
@Needs(Capability.DELAY)
abstract class BusDelayRules extends BusScenario {
  private Wrkr start() {
    Wrkr bus = open();
    bus.queue("q").on("a", noting());
    bus.start();
    return bus;
  }

  @Test
  @Rule("DELAY-1")
  @Rule("DELAY-2")
  void seven_days_are_waited_for_to_the_millisecond() {
    Wrkr bus = start();
    Instant due = bus.publish(Event.of("a").id("1").when("7 days")).due();
    assertThat(due).isEqualTo(clock.instant().plus(Duration.ofDays(7)));

    clock.advance(Duration.ofDays(7).minusMillis(1));
    bus.publish(Event.of("a").id("probe"));
    assertThat(nextIds(1)).containsExactly("probe");
    clock.advance(Duration.ofMillis(1));

    assertThat(nextIds(1)).containsExactly("1");
  }

  @Test
  @Rule("DELAY-2")
  void a_delay_beyond_the_longest_is_refused_before_writing() {
    Wrkr bus = start();
    Duration tooLong = backend.capabilities().maxDelay().plusMillis(1);

    assertThatThrownBy(
            () ->
                bus.publish(
                    List.of(Event.of("a"), Event.of("a").due(clock.instant().plus(tooLong)))))
        .isInstanceOf(UnsupportedCapabilityException.class);
    assertThatThrownBy(() -> bus.publish(Event.of("a").due(Instant.MAX)))
        .isInstanceOf(UnsupportedCapabilityException.class);

    bus.publish(List.of(Event.of("a").id("past").due(Instant.MIN)));
    assertThat(nextIds(1)).containsExactly("past");
  }

  @Test
  @Needs(Capability.CANCEL)
  @Rule("DELAY-8")
  void cancel_is_true_only_if_it_won() {
    Wrkr bus = start();
    CountDownLatch go = new CountDownLatch(1);
    bus.queue("held")
        .on(
            "held",
            delivery -> {
              handled.add(delivery);
              Await.signal(go);
            });
    bus.publish(Event.of("a").id("waits").delay(Duration.ofHours(1)));
    bus.publish(Event.of("held").id("leased"));
    next();

    assertThat(bus.admin().cancel("waits")).isTrue();
    assertThat(bus.admin().cancel("waits")).as("again").isFalse();
    assertThat(bus.admin().cancel("leased")).isFalse();
    assertThat(bus.admin().cancel("unknown")).isFalse();
    go.countDown();
    awaitTold("ACKED leased");
    assertThat(bus.admin().cancel("leased")).as("ended").isFalse();

    clock.advance(Duration.ofHours(1));
    bus.publish(Event.of("a").id("probe"));
    assertThat(nextIds(1)).containsExactly("probe");
  }

  @Test
  @Needs(Capability.CANCEL)
  @Rule("DELAY-9")
  void what_is_rescheduled_to_the_past_is_handled_now() {
    Wrkr bus = start();
    bus.publish(Event.of("a").id("1").delay(Duration.ofDays(9)));

    assertThat(bus.admin().reschedule(Query.all().eventId("1"), clock.instant())).isEqualTo(1);

    assertThat(nextIds(1)).containsExactly("1");
  }

  @Test
  @Needs(Capability.DEDUPE)
  @Rule("FIND-3")
  @Rule("FIND-4")
  void an_id_given_by_the_caller_is_free_after_its_window_of_seven_days() {
    Wrkr bus = start();
    assertThat(bus.publish(Event.of("a").id("1")).duplicate()).isFalse();
    next();
    awaitTold("ACKED 1");

    clock.advance(Duration.ofDays(7).minusMillis(1));
    assertThat(bus.publish(Event.of("a").id("1")).duplicate()).isTrue();
    bus.close(); // since of two that prune at once, either may end before the other is through
    clock.advance(Duration.ofMillis(2));
    while (backend.prune(100) == 100) {}

    assertThat(start().publish(Event.of("a").id("1")).duplicate()).isFalse();
    assertThat(nextIds(1)).containsExactly("1");
  }

  @Test
  @Needs(Capability.ORDER_BY_TID)
  @Rule("ORDER-1")
  @Rule("ORDER-2")
  void an_ordered_queue_handles_each_tid_in_order_and_tids_in_parallel() {
    Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
    Map<String, Boolean> running = new ConcurrentHashMap<>();
    CountDownLatch all = new CountDownLatch(60);
    CountDownLatch bothTids = new CountDownLatch(2);
    Wrkr bus = open();
    bus.queue("ordered")
        .ordered()
        .on(
            "o",
            delivery -> {
              String tid = delivery.tid().orElseThrow();
              if (running.putIfAbsent(tid, true) != null) {
                seen.put("two at once of " + tid, List.of(2, 1));
              }
              List<Integer> numbers = seen.computeIfAbsent(tid, t -> new ArrayList<>());
              if (numbers.isEmpty()) {
                bothTids.countDown();
                Await.signal(bothTids);
              }
              numbers.add(delivery.payload(Integer.class));
              running.remove(tid);
              all.countDown();
            });
    bus.start();

    for (int i = 0; i < 30; i++) {
      bus.publish(List.of(Event.of("o").tid("t").payload(i), Event.of("o").tid("u").payload(i)));
    }

    Await.signal(all);
    assertThat(seen).containsOnlyKeys("t", "u");
    assertThat(seen.values()).allSatisfy(numbers -> assertThat(numbers).hasSize(30).isSorted());
  }
}
