package io.wrkr.test;

import static io.wrkr.test.WrkrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@WrkrTest
class FakesTest {
  private final List<Integer> attempts = new ArrayList<>();

  private void note(Delivery delivery) {
    attempts.add(delivery.attempt());
  }

  @Test
  void failed_publish_stores_nothing(ManualWrkr bus) {
    bus.subscribe("q", "a", this::note);
    bus.fakes().failNextPublish();

    assertThatThrownBy(() -> bus.publish(Event.of("a")))
        .isInstanceOf(BackendUnavailableException.class);

    bus.drain();
    assertThat(bus).notPublished("a");
    bus.publish(Event.of("a"));
    assertThat(bus.drain().handled()).isEqualTo(1);
  }

  @Test
  void publish_whose_answer_is_lost_is_delivered_once(ManualWrkr bus) {
    bus.subscribe("q", "a", this::note);
    bus.fakes().loseNextPublishAnswer();

    bus.publish(Event.of("a"));
    bus.drain();

    assertThat(attempts).containsExactly(1);
  }

  @Test
  void failed_claim_is_tried_again(ManualWrkr bus) {
    bus.subscribe("q", "a", this::note);
    bus.fakes().failNextClaim("q");
    bus.publish(Event.of("a"));

    bus.drain();

    assertThat(attempts).containsExactly(1);
    assertThat(bus.now()).isAfter(ManualWrkr.DEFAULT_START);
  }

  @Test
  void failed_settlement_is_tried_again_without_handling_again(ManualWrkr bus) {
    bus.subscribe("q", "a", this::note);
    bus.fakes().failNextSettle("q");
    bus.publish(Event.of("a"));

    bus.advance("1 hour");

    assertThat(attempts).containsExactly(1);
    assertThat(bus).handled("a").onAttempt(1);
  }

  @Test
  void what_a_crashed_worker_had_handled_comes_again_when_its_lease_ends(ManualWrkr bus) {
    bus.queue("q").lease(Duration.ofMinutes(2)).on("a", this::note);
    bus.fakes().crashAfterHandling("q");
    bus.publish(Event.of("a"));

    bus.advance("119 seconds");
    assertThat(attempts).containsExactly(1);
    bus.advance("1 second");

    assertThat(attempts).containsExactly(1, 2);
    assertThat(bus).handled("a").onAttempt(2).retried(0);
  }

  @Test
  void what_a_crashed_worker_had_not_begun_comes_again_when_its_lease_ends(ManualWrkr bus) {
    bus.queue("q").lease(Duration.ofMinutes(2)).on("a", this::note);
    bus.fakes().crashBeforeHandling("q");
    bus.publish(Event.of("a"));

    bus.advance("1 day");

    assertThat(attempts).containsExactly(2);
    assertThat(bus.timeline()).contains("+2m  handled a by q, attempt 2");
  }

  @Test
  void duplicate_comes_at_once(ManualWrkr bus) {
    bus.subscribe("q", "a", this::note);
    bus.fakes().duplicateNext("q");
    bus.publish(Event.of("a"));

    bus.drain();

    assertThat(attempts).containsExactly(1, 2);
  }

  @Test
  void order_of_chance_is_the_same_for_the_same_seed() {
    List<String> inOrder = IntStream.range(0, 10).mapToObj(String::valueOf).toList();

    assertThat(reordered(1))
        .containsExactlyInAnyOrderElementsOf(inOrder)
        .isNotEqualTo(inOrder)
        .isEqualTo(reordered(1))
        .isNotEqualTo(reordered(2));
  }

  private static List<String> reordered(long seed) {
    List<String> tids = new ArrayList<>();
    try (ManualWrkr bus = ManualWrkr.create()) {
      bus.subscribe("q", "a", delivery -> tids.add(delivery.tid().orElseThrow()));
      bus.fakes().reorder(seed);
      bus.publish(IntStream.range(0, 10).mapToObj(i -> Event.of("a").tid("" + i)).toList());
      bus.drain();
    }
    return tids;
  }
}
