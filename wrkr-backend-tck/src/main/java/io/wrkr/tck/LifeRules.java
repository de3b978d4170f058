package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Wakeups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Opening, closing, and what instances on one store share. */
abstract class LifeRules extends SpiScenario {
  @Test
  @Rule("LIFE-1")
  void closing_twice_equals_closing_once() {
    backend.close();

    assertThatCode(backend::close).doesNotThrowAnyException();
  }

  @Test
  @Rule("LIFE-2")
  void every_call_after_close_fails_and_names_the_state() {
    Lease lease = new Lease("q", "e", 1);
    List<ThrowingCallable> calls = new ArrayList<>();
    calls.add(() -> subscribe("q", "a"));
    calls.add(() -> backend.unsubscribe(new Subscription("q", "a")));
    calls.add(() -> backend.subscriptions());
    calls.add(() -> publish(event("a")));
    calls.add(() -> claim("q", 1));
    calls.add(() -> backend.extend(List.of(lease), LEASE));
    calls.add(() -> backend.settle(List.of()));
    calls.add(() -> backend.prune(1));
    if (backend instanceof Inspector inspector) {
      calls.add(() -> inspector.find(Query.all()));
      calls.add(inspector::stats);
      calls.add(() -> inspector.cancel(Query.all()));
      calls.add(() -> inspector.redrive(Query.all()));
      calls.add(() -> inspector.discard(Query.all()));
      calls.add(() -> inspector.deleteQueue("q"));
    }

    backend.close();

    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed"));
  }

  @Test
  @Rule("LIFE-3")
  void close_works_while_other_threads_are_inside_a_claim() {
    subscribe("q", "a");
    CountDownLatch claiming = new CountDownLatch(4);

    List<Boolean> ended =
        Race.of(
            5,
            number -> {
              if (number == 0) {
                Await.signal(claiming);
                backend.close();
                return true;
              }
              return claimUntilRefused(claiming);
            });

    assertThat(ended).containsOnly(true);
  }

  private boolean claimUntilRefused(CountDownLatch claiming) {
    for (int i = 0; i < 1_000_000; i++) {
      try {
        claim("q", 10);
      } catch (IllegalStateException | BackendException e) {
        return true;
      }
      claiming.countDown();
    }
    return false;
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("LIFE-5")
  void two_instances_see_the_same_state() {
    Backend other = another();
    subscribe("q", "a");
    publish(event("a").id("one"));

    List<ClaimedDelivery> claimed = other.claim(new ClaimRequest("q", 10, LEASE)).deliveries();

    assertThat(ids(claimed)).containsExactly("one");
    assertThat(other.subscriptions()).containsExactly(new Subscription("q", "a"));
    assertNothingReady("q");
    assertThat(ack(claimed.get(0))).as("ack through another instance").isTrue();
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("LIFE-4")
  void instances_opened_at_the_same_moment_all_work() {
    subscribe("q", "a");

    List<Integer> seen = Race.of(4, number -> another().subscriptions().size());

    assertThat(seen).containsOnly(1);
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("LIFE-1")
  void closing_one_instance_leaves_the_others_open() {
    Backend other = another();
    subscribe("q", "a");

    other.close();

    assertThatCode(() -> publish(event("a"))).doesNotThrowAnyException();
    assertThat(claimAll("q")).hasSize(1);
  }

  @Test
  @Rule("LIFE-6")
  void close_leaves_no_thread_behind() {
    Set<Thread> before = threads();
    Backend instance = another();
    instance.subscribe(new Subscription("q", "a"), false);
    if (instance instanceof Wakeups wakeups) {
      wakeups.onArrival("q", () -> {});
    }

    instance.close();

    Set<Thread> left = threads();
    left.removeAll(before);
    assertThat(left).allSatisfy(Await::end);
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  @Test
  @Rule("LIFE-2")
  void capabilities_are_constant_and_have_their_facets() {
    Capabilities capabilities = backend.capabilities();

    assertThat(backend.capabilities()).isEqualTo(capabilities);
    assertThat(capabilities.maxBatch()).isPositive();
    assertThat(capabilities.parallelWrites()).isPositive();
    assertThat(capabilities.maxLease()).isGreaterThanOrEqualTo(LEASE);
    assertThat(capabilities.precision()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    boolean inspects =
        Stream.of(Capability.FIND, Capability.CANCEL, Capability.DEAD_LETTERS)
            .anyMatch(capabilities::has);
    assertThat(!inspects || backend instanceof Inspector).as("Inspector").isTrue();
    assertThat(!capabilities.has(Capability.WAKE) || backend instanceof Wakeups).isTrue();
    assertThat(!capabilities.has(Capability.DELAY) || backend instanceof Clocked).isTrue();
    backend.close();
    assertThat(backend.capabilities()).isEqualTo(capabilities);
  }
}
