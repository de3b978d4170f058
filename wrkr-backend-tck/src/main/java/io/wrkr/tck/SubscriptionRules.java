package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Durable subscriptions. */
abstract class SubscriptionRules extends SpiScenario {
  @Test
  @Rule("SUB-1")
  void subscribing_twice_makes_one_subscription() {
    subscribe("q", "a");
    subscribe("q", "a");

    assertThat(backend.subscriptions()).containsExactly(new Subscription("q", "a"));
    publish(event("a"));
    assertThat(claimAll("q")).hasSize(1);
  }

  @Test
  @Rule("SUB-1")
  void subscribing_at_the_same_moment_makes_one_subscription() {
    Race.of(
        8,
        number -> {
          subscribe("q", "a");
          return number;
        });

    assertThat(backend.subscriptions()).containsExactly(new Subscription("q", "a"));
    publish(event("a"));
    assertThat(claimAll("q")).hasSize(1);
  }

  @Test
  @Rule("SUB-2")
  void a_queue_has_many_patterns() {
    subscribe("q", "a");
    subscribe("q", "b");

    publish(event("a").id("1"), event("b").id("2"), event("c").id("3"));

    assertThat(claimIds("q")).containsExactly("1", "2");
  }

  @Test
  @Rule("SUB-2")
  void a_pattern_has_many_queues() {
    subscribe("q1", "a");
    subscribe("q2", "a");

    assertThat(publish(event("a").id("1")).queues()).containsExactlyInAnyOrder("q1", "q2");
    assertThat(claimIds("q1")).containsExactly("1");
    assertThat(claimIds("q2")).containsExactly("1");
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("SUB-3")
  void a_subscription_is_honoured_at_once_by_every_instance() {
    Backend other = another();
    publish(event("a"));
    other.publish(outgoing(List.of(event("a"))));

    other.subscribe(new Subscription("q", "a"), false);
    publish(event("a").id("1"));
    subscribe("q", "b");
    other.publish(outgoing(List.of(event("b").id("2"))));

    assertThat(claimIds("q")).containsExactly("1", "2");
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("SUB-4")
  void an_unsubscribe_is_honoured_at_once_by_every_instance() {
    Backend other = another();
    subscribe("q", "a");
    other.publish(outgoing(List.of(event("a").id("before"))));

    backend.unsubscribe(new Subscription("q", "a"));

    assertThat(other.publish(outgoing(List.of(event("a")))).get(0).queues()).isEmpty();
    assertThat(ids(other.claim(new ClaimRequest("q", 10, LEASE)).deliveries()))
        .containsExactly("before");
  }

  @Test
  @Rule("SUB-4")
  void unsubscribing_keeps_what_the_queue_holds() {
    subscribe("q", "a");
    publish(event("a").id("ready"), event("a").id("delayed").delay(SECOND));

    assertThat(backend.unsubscribe(new Subscription("q", "a"))).isTrue();
    publish(event("a").id("after"));

    clock.advance(SECOND);
    assertThat(claimIds("q")).containsExactly("ready", "delayed");
  }

  @Test
  @Rule("SUB-4")
  void unsubscribing_what_is_unknown_does_nothing() {
    subscribe("q", "a");

    assertThat(backend.unsubscribe(new Subscription("q", "b"))).isFalse();
    assertThat(backend.unsubscribe(new Subscription("other", "a"))).isFalse();
    assertThat(backend.subscriptions()).containsExactly(new Subscription("q", "a"));
  }

  @Test
  @Needs(Capability.LIST_SUBSCRIPTIONS)
  @Rule("SUB-6")
  void subscriptions_are_listed_by_queue_then_pattern() {
    subscribe("b", "z");
    subscribe("b", "a.#");
    subscribe("a", "z");
    subscribe("B", "z");

    assertThat(backend.subscriptions())
        .containsExactlyInAnyOrder(
            new Subscription("B", "z"),
            new Subscription("a", "z"),
            new Subscription("b", "a.#"),
            new Subscription("b", "z"));
    assertThat(backend.subscriptions().stream().filter(s -> !s.queue().equals("B")))
        .containsExactly(
            new Subscription("a", "z"), new Subscription("b", "a.#"), new Subscription("b", "z"));
  }

  @Test
  @Rule("SUB-2")
  void subscribing_again_after_unsubscribing_works() {
    subscribe("q", "a");
    backend.unsubscribe(new Subscription("q", "a"));
    subscribe("q", "a");

    publish(event("a").delay(Duration.ZERO));

    assertThat(claimAll("q")).hasSize(1);
  }
}
