package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ordered queues with dead heads, and with many workers. */
@Needs(Capability.ORDER_BY_TID)
abstract class OrderDeadRules extends SpiScenario {
  private static final int EVENTS = 200;

  @BeforeEach
  void ordered() {
    subscribeOrdered("q", "a");
    publish(event("a").tid("t").id("1"), event("a").tid("t").id("2"));
  }

  @Test
  @Rule("ORDER-4")
  void a_dead_head_parks_its_followers_and_no_other_tid() {
    publish(event("a").tid("u").id("3"));
    deadLetter(claimFirst("q"), "broken");

    assertThat(claimIds("q")).containsExactly("3");
    clock.advance(Duration.ofDays(100));
    assertThat(claimIds("q")).containsExactly("3");
  }

  @Test
  @Needs(Capability.DEAD_LETTERS)
  @Rule("ORDER-4")
  void a_redriven_head_goes_first() {
    deadLetter(claimOne("q"), "broken");
    clock.advance(Duration.ofDays(1));
    publish(event("a").tid("t").id("3"));

    assertThat(inspector().redrive(Query.all())).isEqualTo(1);

    for (String next : List.of("1", "2", "3")) {
      ClaimedDelivery delivery = claimOne("q");
      assertThat(delivery.event().id()).isEqualTo(next);
      ack(delivery);
    }
  }

  @Test
  @Needs(Capability.DEAD_LETTERS)
  @Rule("ORDER-4")
  void a_discarded_head_frees_its_followers() {
    deadLetter(claimOne("q"), "broken");

    assertThat(inspector().discard(Query.all())).isEqualTo(1);

    assertThat(claimIds("q")).containsExactly("2");
  }

  @Test
  @Rule("ORDER-4")
  void what_is_published_behind_a_dead_head_waits_as_well() {
    deadLetter(claimOne("q"), "broken");

    publish(
        event("a").tid("t").id("3"),
        event("a").tid("t").id("4").at(clock.instant().minusSeconds(60)));

    assertNothingReady("q");
  }

  @Test
  @Rule("TAKE-5")
  void parked_followers_are_not_announced_as_next() {
    deadLetter(claimOne("q"), "broken");
    publish(event("a").tid("t").delay(Duration.ofHours(1)));

    assertThat(claim("q", 10).untilNextDue().orElse(Duration.ofHours(1)))
        .isGreaterThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  @Rule("ORDER-1")
  void eight_workers_never_hold_two_of_one_tid_and_keep_its_order() {
    subscribeOrdered("race", "r");
    List<Draft> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(event("r").tid("tid-" + i % 10).id("r" + i));
    }
    for (int from = 0; from < EVENTS; from += 20) {
      publish(events.subList(from, from + 20));
    }
    Map<String, Boolean> held = new ConcurrentHashMap<>();
    Map<String, Collection<Integer>> handled = new ConcurrentHashMap<>();

    Race.of(8, number -> handleAll(held, handled));

    assertThat(handled.values().stream().mapToInt(Collection::size).sum()).isEqualTo(EVENTS);
    assertThat(handled.values()).allSatisfy(ids -> assertThat(new ArrayList<>(ids)).isSorted());
  }

  private int handleAll(Map<String, Boolean> held, Map<String, Collection<Integer>> handled) {
    int count = 0;
    while (handled.values().stream().mapToInt(Collection::size).sum() < EVENTS && !Race.isOver()) {
      for (ClaimedDelivery delivery :
          backend.claim(new ClaimRequest("race", 3, LEASE)).deliveries()) {
        String tid = delivery.event().tid().orElseThrow();
        assertThat(held.putIfAbsent(tid, true)).as("another holder of " + tid).isNull();
        handled
            .computeIfAbsent(tid, t -> new java.util.concurrent.ConcurrentLinkedQueue<>())
            .add(Integer.valueOf(delivery.event().id().substring(1)));
        held.remove(tid);
        assertThat(ack(delivery)).isTrue();
        count++;
      }
    }
    return count;
  }
}
