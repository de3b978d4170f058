package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Replay;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Delivering again what was archived. */
@Needs({Capability.REPLAY, Capability.ARCHIVE})
abstract class ReplayRules extends SpiScenario {
  private static final Duration MONTH = Duration.ofDays(30);

  private long replay(String queue, Instant from, Instant to) {
    return ((Replay) backend).replay(queue, from, to);
  }

  private ClaimedDelivery archive(String id, Archive archive) {
    publish(event("a").id(id).json("[1]"));
    ClaimedDelivery delivery = claimFirst("q");
    ack(delivery, archive);
    claimAll("other").forEach(d -> ack(d, archive));
    return delivery;
  }

  @Test
  @Rule("DEAD-6")
  void kept_deliveries_of_a_period_are_delivered_again_to_one_queue() {
    subscribe("q", "a");
    subscribe("other", "a");
    Instant start = clock.instant();
    archive("before", Archive.keep(MONTH));
    clock.advance(SECOND);
    ClaimedDelivery first = archive("kept", Archive.keep(MONTH));
    archive("moved", Archive.move(MONTH));
    clock.advance(SECOND);
    archive("after", Archive.keep(MONTH));

    assertThat(replay("q", start.plus(SECOND), start.plus(SECOND.multipliedBy(2)))).isEqualTo(2);

    List<ClaimedDelivery> again = claimAll("q");
    assertThat(ids(again)).containsExactlyInAnyOrder("kept", "moved");
    assertThat(again)
        .allSatisfy(
            delivery -> {
              assertThat(delivery.attempt()).isEqualTo(1);
              assertThat(delivery.event().headers()).containsEntry("wrkr.replayed", "true");
              assertThat(delivery.event().payload().text()).isEqualTo("[1]");
              assertThat(delivery.lease().token()).isGreaterThan(first.lease().token());
            });
    assertNothingReady("other");
  }

  @Test
  @Rule("DEAD-6")
  void what_is_replayed_is_live_and_archived_no_longer() {
    subscribe("q", "a");
    Instant start = clock.instant();
    ClaimedDelivery first = archive("1", Archive.keep(MONTH));

    assertThat(replay("q", start, start.plus(SECOND))).isEqualTo(1);
    assertThat(replay("q", start, start.plus(SECOND))).as("again").isZero();

    assertThat(publish(event("a").id("1")).duplicate()).isTrue();
    assertThat(ack(first)).as("ack by the token from before").isFalse();
    clock.advance(MONTH.multipliedBy(2));
    backend.prune(100);
    assertThat(ack(claimOne("q"))).isTrue();
    assertThat(find(Query.all())).isEmpty();
    assertThat(replay("unknown", start, start.plus(MONTH))).isZero();
  }

  @Test
  @Rule("DEAD-6")
  void what_is_replayed_can_fail_end_and_be_replayed_again() {
    subscribe("q", "a");
    Instant start = clock.instant();
    archive("1", Archive.keep(MONTH));
    replay("q", start, start.plus(SECOND));

    ClaimedDelivery again = claimOne("q");
    backend.settle(List.of(new Settlement.Retry(again.lease(), SECOND, "attempt 1 at …")));
    clock.advance(SECOND);
    again = claimOne("q");

    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.event().headers()).containsEntry("wrkr.replayed", "true");
    ack(again, Archive.move(MONTH));
    assertThat(replay("q", start, start.plus(SECOND))).isEqualTo(1);
    ClaimedDelivery third = claimOne("q");
    assertThat(third.lease().token()).isGreaterThan(again.lease().token());
    assertThat(third.attempt()).isEqualTo(1);
    assertThat(ack(third)).isTrue();
  }

  @Test
  @Rule("DEAD-6")
  void what_is_replayed_is_found_with_its_mark_in_whatever_state() {
    subscribe("q", "a");
    subscribe("other", "a");
    Instant start = clock.instant();
    archive("1", Archive.keep(MONTH));
    assertThat(found("q")).as("not replayed yet").doesNotContainKey("wrkr.replayed");

    replay("q", start, start.plus(SECOND));

    assertThat(found("q")).as("ready").containsEntry("wrkr.replayed", "true");
    assertThat(found("other")).as("another queue's").doesNotContainKey("wrkr.replayed");
    ack(claimOne("q"), Archive.keep(MONTH));
    assertThat(found("q")).as("kept again").containsEntry("wrkr.replayed", "true");
    replay("q", start, start.plus(SECOND));
    backend.settle(List.of(new Settlement.DeadLetter(claimOne("q").lease(), "attempt 1 at …")));
    assertThat(found("q")).as("dead").containsEntry("wrkr.replayed", "true");
  }

  private Map<String, String> found(String queue) {
    List<DeliveryInfo> found = find(Query.all().queue(queue));
    assertThat(found).hasSize(1);
    return found.get(0).headers();
  }

  @Test
  @Rule("DEAD-6")
  void replayed_deliveries_of_a_tid_keep_their_order() {
    subscribeOrdered("q", "a");
    Instant start = clock.instant();
    for (int i = 1; i <= 3; i++) {
      publish(event("a").id("" + i).tid("t"));
      ack(claimOne("q"), Archive.keep(MONTH));
      clock.advance(SECOND);
    }

    assertThat(replay("q", start, start.plus(MONTH))).isEqualTo(3);

    for (int i = 1; i <= 3; i++) {
      List<ClaimedDelivery> first = claimAll("q");
      assertThat(ids(first)).containsExactly("" + i);
      ack(first.get(0));
    }
  }
}
