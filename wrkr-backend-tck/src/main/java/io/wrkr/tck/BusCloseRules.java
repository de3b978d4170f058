package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of calls that are under way while the bus is closed. */
@Needs(Capability.SHARED)
abstract class BusCloseRules extends BusScenario {
  private static final int THREADS = 4;

  @Test
  @Rule("LIFE-3")
  @Rule("LIFE-8")
  void close_waits_for_publishes_that_have_begun() {
    backend.subscribe(new Subscription("q", "a"), false);
    Wrkr bus = open();
    CountDownLatch some = new CountDownLatch(3 * THREADS);

    List<List<String>> published =
        Race.of(
            THREADS + 1,
            thread -> {
              if (thread < THREADS) {
                return publishUntilClosed(bus, some);
              }
              Await.signal(some);
              bus.close();
              return List.of();
            });

    assertThat(claimAll())
        .containsExactlyInAnyOrderElementsOf(published.stream().flatMap(List::stream).toList());
  }

  private static List<String> publishUntilClosed(Wrkr bus, CountDownLatch some) {
    List<String> ids = new ArrayList<>();
    try {
      while (!Race.isOver()) {
        ids.add(bus.publish(Event.of("a")).id());
        some.countDown();
      }
    } catch (IllegalStateException e) {
      // It is closed: this one did not happen.
    }
    return ids;
  }

  private List<String> claimAll() {
    List<String> ids = new ArrayList<>();
    List<ClaimedDelivery> claimed;
    do {
      claimed = backend.claim(new ClaimRequest("q", 1000, Duration.ofHours(1))).deliveries();
      claimed.forEach(each -> ids.add(each.event().id()));
    } while (!claimed.isEmpty());
    return ids;
  }
}
