package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues that keep the order of each tid. */
@Needs(Capability.ORDER_BY_TID)
abstract class OrderRules extends SpiScenario {
  private static final Duration HOUR = Duration.ofHours(1);

  @BeforeEach
  void ordered() {
    subscribeOrdered("q", "a");
  }

  private static Draft of(String tid, String id) {
    return event("a").tid(tid).id(id);
  }

  @Test
  @Rule("ORDER-1")
  void a_tids_deliveries_are_handed_out_one_at_a_time_in_order() {
    publish(of("t", "1"), of("t", "2"));
    publish(of("t", "3"));
    List<String> taken = new ArrayList<>();

    for (int i = 0; i < 3; i++) {
      ClaimedDelivery delivery = claimOne("q");
      assertNothingReady("q");
      taken.add(delivery.event().id());
      ack(delivery);
    }

    assertThat(taken).containsExactly("1", "2", "3");
  }

  @Test
  @Rule("ORDER-1")
  void what_has_come_due_goes_by_due_instant_then_publish_order() {
    publish(of("t", "3").delay(Duration.ofSeconds(2)), of("t", "1").delay(SECOND));
    publish(of("t", "2").delay(SECOND), of("t", "4").delay(Duration.ofSeconds(2)));

    clock.advance(HOUR);

    for (String next : List.of("1", "2", "3", "4")) {
      ClaimedDelivery delivery = claimOne("q");
      assertThat(delivery.event().id()).isEqualTo(next);
      ack(delivery);
    }
  }

  @Test
  @Rule("ORDER-2")
  void other_tids_and_events_without_one_go_in_parallel() {
    publish(of("t", "t1"), of("u", "u1"), of("t", "t2"), event("a").id("n1"), of("u", "u2"));
    publish(event("a").id("n2"));

    assertThat(claimIds("q")).containsExactly("t1", "u1", "n1", "n2");
    assertNothingReady("q");
  }

  @Test
  @Rule("ORDER-2")
  void tids_that_differ_in_case_only_are_different() {
    publish(of("t", "1"), of("T", "2"), of("t ", "3"), of("ť", "4"));

    assertThat(claimAll("q")).hasSize(4);
  }

  @Test
  @Rule("ORDER-2")
  void one_tid_on_two_queues_makes_two_lines() {
    subscribeOrdered("other", "a");
    publish(of("t", "1"), of("t", "2"));

    assertThat(claimIds("q")).containsExactly("1");
    assertThat(claimIds("other")).containsExactly("1");
  }

  @Test
  @Rule("ORDER-3")
  void followers_wait_while_the_head_waits_for_its_retry() {
    publish(of("t", "1"), of("t", "2"));
    retry(claimOne("q"), HOUR);

    assertNothingReady("q");
    clock.advance(HOUR);

    ClaimedDelivery head = claimOne("q");
    assertThat(head.event().id()).isEqualTo("1");
    ack(head);
    assertThat(claimIds("q")).containsExactly("2");
  }

  @Test
  @Rule("ORDER-3")
  void a_released_head_keeps_its_place() {
    publish(of("t", "1"), of("t", "2"));
    release(claimOne("q"), SECOND);

    assertNothingReady("q");
    clock.advance(SECOND);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("ORDER-3")
  void a_head_lost_in_a_crash_keeps_its_place() {
    publish(of("t", "1"), of("t", "2"));
    claimOne("q");

    clock.advance(LEASE.minus(MILLI));
    assertNothingReady("q");
    clock.advance(MILLI);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("ORDER-3")
  void what_has_begun_goes_before_an_earlier_one_that_has_not() {
    publish(of("t", "late").delay(SECOND));
    clock.advance(Duration.ofSeconds(2));
    retry(claimOne("q"), HOUR);
    publish(of("t", "earlier").at(clock.instant().minus(HOUR)));

    assertNothingReady("q");
    clock.advance(HOUR);

    assertThat(claimIds("q")).containsExactly("late");
  }

  @Test
  @Needs(Capability.CANCEL)
  @Rule("ORDER-3")
  void cancelling_a_head_that_waits_for_its_retry_frees_the_followers() {
    publish(of("t", "1"), of("t", "2"));
    retry(claimOne("q"), HOUR);

    assertThat(inspector().cancel(Query.all().eventId("1"))).isEqualTo(1);

    assertThat(claimIds("q")).containsExactly("2");
  }

  @Test
  @Rule("ORDER-5")
  void what_is_not_yet_due_holds_up_nobody() {
    publish(of("t", "1").delay(HOUR));
    publish(of("t", "2").delay(Duration.ofHours(2)), of("t", "3"));

    ClaimedDelivery due = claimOne("q");
    assertThat(due.event().id()).isEqualTo("3");
    clock.advance(SECOND);
    ack(due);
    clock.advance(HOUR);

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("ORDER-1")
  void a_queue_stays_ordered_when_it_is_subscribed_again_without() {
    subscribe("q", "a");
    subscribe("q", "b");
    publish(of("t", "1"), event("b").tid("t").id("2"));

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("ORDER-1")
  void a_queue_that_becomes_ordered_orders_what_it_holds() {
    subscribe("becomes", "c");
    publish(event("c").tid("t").id("1"), event("c").tid("t").id("2"), event("c").id("3"));

    subscribeOrdered("becomes", "c");

    assertThat(claimIds("becomes")).containsExactly("1", "3");
  }
}
