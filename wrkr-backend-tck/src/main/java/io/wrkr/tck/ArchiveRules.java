package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of finished deliveries, and pruning. */
@Needs({Capability.ARCHIVE, Capability.FIND})
abstract class ArchiveRules extends SpiScenario {
  private static final Duration MONTH = Duration.ofDays(30);

  @Test
  @Rule("OBS-5")
  void a_finished_delivery_is_gone_by_default() {
    subscribe("q", "a");
    publish(event("a"));
    ack(claimOne("q"), Archive.delete());

    assertThat(find(Query.all())).isEmpty();
  }

  @Test
  @Rule("OBS-5")
  void a_kept_delivery_is_found_as_done_and_counts_nowhere() {
    subscribe("q", "a");
    publish(event("a").id("1").json("[1]"));
    ack(claimOne("q"), Archive.keep(MONTH));

    assertThat(find(Query.all().state(DeliveryState.DONE)))
        .extracting(DeliveryInfo::eventId, DeliveryInfo::payloadText)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("1", "[1]"));
    assertThat(List.of(stats("q").ready(), stats("q").scheduled())).containsOnly(0L);
    assertThat(List.of(stats("q").leased(), stats("q").dead())).containsOnly(0L);
    clock.advance(MONTH);
    assertNothingReady("q");
  }

  @Test
  @Rule("OBS-5")
  void what_is_kept_is_not_cancelled_rescheduled_redriven_or_discarded() {
    subscribe("q", "a");
    publish(event("a"));
    ack(claimOne("q"), Archive.keep(MONTH));

    assertThat(inspector().cancel(Query.all())).isZero();
    assertThat(inspector().reschedule(Query.all(), clock.instant())).isZero();
    assertThat(inspector().redrive(Query.all())).isZero();
    assertThat(inspector().discard(Query.all())).isZero();
    assertThat(find(Query.all())).hasSize(1);
  }

  @Test
  @Rule("OBS-5")
  void prune_removes_what_is_kept_after_its_time_and_not_before() {
    subscribe("q", "a");
    publish(event("a"));
    ack(claimOne("q"), Archive.keep(MONTH));

    clock.advance(MONTH.minus(MILLI));
    prune();
    assertThat(find(Query.all())).hasSize(1);
    clock.advance(MILLI.multipliedBy(2));
    prune();

    assertThat(find(Query.all())).isEmpty();
  }

  @Test
  @Rule("OBS-5")
  void a_moved_delivery_is_neither_live_nor_found() {
    subscribe("q", "a");
    publish(event("a").id("1").window(MONTH));
    assertThat(ack(claimOne("q"), Archive.move(SECOND))).isTrue();

    assertThat(find(Query.all())).isEmpty();
    clock.advance(Duration.ofDays(1));
    prune();
    assertNothingReady("q");
    assertThat(publish(event("a").id("1")).duplicate()).isTrue();
  }

  @Test
  @Rule("FIND-4")
  void the_archive_ending_first_leaves_the_dedupe_record() {
    subscribe("q", "a");
    publish(event("a").id("1").window(MONTH));
    ack(claimOne("q"), Archive.keep(SECOND));

    clock.advance(Duration.ofDays(1));
    prune();

    assertThat(publish(event("a").id("1")).duplicate()).isTrue();
  }

  @Test
  @Rule("FIND-4")
  void the_dedupe_record_ending_first_leaves_the_archive() {
    subscribe("q", "a");
    publish(event("a").id("1").window(SECOND));
    ack(claimOne("q"), Archive.keep(MONTH));

    clock.advance(Duration.ofDays(1));
    prune();

    assertThat(find(Query.all().state(DeliveryState.DONE))).hasSize(1);
  }

  @Test
  @Rule("OBS-5")
  void prune_never_takes_what_lives_or_is_dead() {
    subscribe("q", "a");
    publish(events("a", "e", 4).stream().map(e -> e.window(SECOND)).toList());
    publish(event("a").id("later").window(SECOND).delay(Duration.ofDays(10_000)));
    List<ClaimedDelivery> claimed = claim("q", 3).deliveries();
    deadLetter(claimed.get(0), "broken");
    retry(claimed.get(1), Duration.ofDays(9000));

    clock.advance(Duration.ofDays(5000));
    prune();

    assertThat(find(Query.all())).hasSize(5);
    assertThat(ack(claimed.get(2))).isTrue();
  }

  @Test
  @Rule("OBS-5")
  void prune_goes_on_until_nothing_is_left() {
    subscribe("q", "a");
    publish(events("a", "e", 25).stream().map(e -> e.window(SECOND)).toList());
    claimAll("q").forEach(delivery -> ack(delivery, Archive.keep(Duration.ofSeconds(2))));
    clock.advance(Duration.ofDays(1));

    int calls = 0;
    while (backend.prune(10) == 10) {
      assertThat(++calls).as("calls of prune").isLessThan(20);
    }

    assertThat(find(Query.all())).isEmpty();
    assertThat(backend.prune(10)).isZero();
    assertThat(publish(events("a", "e", 25))).noneMatch(io.wrkr.Receipt::duplicate);
  }

  @Test
  @Rule("LIFE-9")
  void two_prunes_at_once_do_no_harm() {
    subscribe("q", "a");
    publish(events("a", "e", 50).stream().map(e -> e.window(SECOND)).toList());
    claimAll("q").forEach(this::ack);
    publish(events("a", "f", 50));
    clock.advance(Duration.ofDays(1));

    Race.of(4, number -> backend.prune(20));

    assertThat(claimAll("q")).hasSize(50);
  }

  private void prune() {
    while (backend.prune(100) == 100) {}
  }
}
