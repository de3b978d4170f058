package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts, which are exact when nothing moves, and whole queues. */
@Needs({Capability.FIND, Capability.DEAD_LETTERS})
abstract class StatsRules extends SpiScenario {
  @Test
  @Rule("OBS-1")
  void every_known_queue_is_counted_by_name() {
    subscribe("b", "b");
    subscribe("a", "a");
    publish(event("a"));

    assertThat(inspector().stats())
        .containsExactly(
            new QueueStats("a", 1, 0, 0, 0, Duration.ZERO),
            new QueueStats("b", 0, 0, 0, 0, Duration.ZERO));
  }

  @Test
  @Rule("OBS-1")
  void counts_are_exact_at_rest() {
    subscribe("q", "a");
    publish(events("a", "e", 10));
    publish(event("a").delay(Duration.ofDays(1)));
    List<ClaimedDelivery> claimed = claim("q", 7).deliveries();
    ack(claimed.get(0));
    ack(claimed.get(1));
    retry(claimed.get(2), Duration.ofHours(1));
    retry(claimed.get(3), Duration.ZERO);
    deadLetter(claimed.get(4), "broken");

    assertThat(stats("q")).isEqualTo(new QueueStats("q", 4, 2, 2, 1, Duration.ZERO));
  }

  @Test
  @Rule("OBS-1")
  void counts_follow_the_clock() {
    subscribe("q", "a");
    publish(event("a"), event("a"));
    publish(event("a").delay(Duration.ofSeconds(40)));
    claim("q", 1);

    clock.advance(Duration.ofSeconds(10));
    assertThat(stats("q")).isEqualTo(new QueueStats("q", 1, 1, 1, 0, Duration.ofSeconds(10)));
    clock.advance(LEASE);

    assertThat(stats("q")).isEqualTo(new QueueStats("q", 3, 0, 0, 0, Duration.ofSeconds(40)));
  }

  @Test
  @Rule("OBS-1")
  void counts_go_back_to_zero() {
    subscribe("q", "a");
    publish(events("a", "e", 20));
    publish(event("a").delay(Duration.ofDays(1)));
    List<ClaimedDelivery> claimed = claim("q", 10).deliveries();
    claimed.subList(0, 5).forEach(delivery -> deadLetter(delivery, "broken"));
    claimed.subList(5, 10).forEach(this::ack);
    inspector().discard(Query.all().limit(2));
    inspector().redrive(Query.all());

    claimAll("q").forEach(this::ack);
    clock.advance(Duration.ofDays(1));
    claimAll("q").forEach(this::ack);

    assertThat(stats("q")).isEqualTo(new QueueStats("q", 0, 0, 0, 0, Duration.ZERO));
  }

  @Test
  @Rule("OBS-1")
  void a_queue_without_subscription_is_known_while_it_holds_deliveries() {
    subscribe("q", "a");
    publish(event("a"));
    backend.unsubscribe(new Subscription("q", "a"));

    assertThat(stats("q").ready()).isEqualTo(1);
  }

  @Test
  @Needs(Capability.ORDER_BY_TID)
  @Rule("OBS-1")
  void counts_of_an_ordered_queue_are_exact() {
    subscribeOrdered("q", "a");
    publish(event("a").tid("t").id("1"), event("a").tid("t").id("2"));
    publish(event("a").tid("u").delay(Duration.ofDays(1)), event("a").id("n"));
    deadLetter(claimFirst("q"), "broken");

    QueueStats stats = stats("q");

    assertThat(stats.dead()).isEqualTo(1);
    assertThat(stats.scheduled()).isEqualTo(1);
    assertThat(stats.leased()).isZero();
    assertThat(stats.ready()).as("parked followers are due too").isEqualTo(2);
  }

  @Test
  @Rule("OBS-1")
  void counts_lie_within_what_the_history_allows_while_all_moves() {
    subscribe("q", "a");
    publish(events("a", "e", 100));

    List<Boolean> within =
        Race.of(
            3,
            number -> {
              boolean sane = true;
              for (int i = 0; i < 50; i++) {
                if (number == 0) {
                  QueueStats stats = stats("q");
                  long total = stats.ready() + stats.leased() + stats.scheduled();
                  sane &= total <= 100 && stats.ready() >= 0 && stats.leased() <= 2;
                } else {
                  claim("q", 1).deliveries().forEach(this::ack);
                }
              }
              return sane;
            });

    assertThat(within).containsOnly(true);
    assertThat(stats("q")).isEqualTo(new QueueStats("q", 0, 0, 0, 0, Duration.ZERO));
  }

  @Test
  @Rule("SUB-9")
  void deleting_a_queue_removes_all_of_it_and_touches_no_other() {
    for (String queue : List.of("q", "other")) {
      subscribe(queue, "a");
    }
    publish(events("a", "e", 4));
    publish(event("a").delay(Duration.ofDays(1)));
    List<ClaimedDelivery> claimed = claim("q", 3).deliveries();
    deadLetter(claimed.get(0), "broken");
    retry(claimed.get(1), Duration.ofDays(1));

    assertThat(inspector().deleteQueue("q")).isTrue();
    assertThat(inspector().deleteQueue("q")).as("again").isFalse();

    assertThat(inspector().stats()).extracting(QueueStats::queue).containsExactly("other");
    assertThat(find(Query.all().queue("q"))).isEmpty();
    assertThat(backend.subscriptions()).containsExactly(new Subscription("other", "a"));
    assertThat(ack(claimed.get(2))).as("ack of a delivery that went with it").isFalse();
    clock.advance(Duration.ofDays(1));
    assertNothingReady("q");
    assertThat(claimAll("other")).hasSize(5);
  }

  @Test
  @Needs(Capability.ORDER_BY_TID)
  @Rule("SUB-9")
  void a_deleted_queue_starts_anew() {
    subscribeOrdered("q", "a");
    publish(event("a").id("1").tid("t"));
    deadLetter(claimOne("q"), "broken");
    inspector().deleteQueue("q");

    subscribe("q", "a");
    publish(event("a").id("1").tid("t"), event("a").id("2").tid("t"));

    assertThat(claimIds("q")).as("no dedupe, no order from before").containsExactly("1", "2");
  }
}
