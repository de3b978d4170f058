package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wakeups;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hints, which are never the truth. */
@Needs({Capability.WAKE, Capability.SHARED})
abstract class WakeRules extends SpiScenario {
  private Wakeups wakeups() {
    return (Wakeups) backend;
  }

  @Test
  @Rule("TAKE-5")
  void a_publish_by_another_instance_is_hinted_at() {
    subscribe("q", "a");
    Backend other = another();
    CountDownLatch hinted = new CountDownLatch(1);
    wakeups().onArrival("q", hinted::countDown);

    other.publish(outgoing(List.of(event("a"))));

    Await.signal(hinted);
    assertThat(claimAll("q")).hasSize(1);
  }

  @Test
  @Rule("TAKE-5")
  void every_listener_of_a_queue_is_told() {
    subscribe("q", "a");
    Backend other = another();
    CountDownLatch hinted = new CountDownLatch(2);
    wakeups().onArrival("q", hinted::countDown);
    wakeups().onArrival("q", hinted::countDown);

    other.publish(outgoing(List.of(event("a"))));

    Await.signal(hinted);
  }

  @Test
  @Rule("TAKE-5")
  void a_closed_registration_is_told_nothing_and_closes_twice() {
    subscribe("q", "a");
    Backend other = another();
    AtomicInteger closedHints = new AtomicInteger();
    CountDownLatch openHint = new CountDownLatch(1);
    Registration closed = wakeups().onArrival("q", closedHints::incrementAndGet);
    wakeups().onArrival("q", openHint::countDown);

    closed.close();
    closed.close();
    other.publish(outgoing(List.of(event("a"))));

    Await.signal(openHint);
    assertThat(closedHints).hasValue(0);
  }

  @Test
  @Rule("TAKE-5")
  void a_hint_that_fails_or_closes_the_instance_does_no_harm_to_the_publisher() {
    subscribe("q", "a");
    Backend other = another();
    CountDownLatch hinted = new CountDownLatch(1);
    wakeups()
        .onArrival(
            "q",
            () -> {
              backend.close();
              hinted.countDown();
              throw new IllegalStateException("a broken hint");
            });

    assertThatCode(() -> other.publish(outgoing(List.of(event("a").id("1")))))
        .doesNotThrowAnyException();

    Await.signal(hinted);
    backend = other;
    assertThat(claimIds("q")).containsExactly("1");
  }
}
