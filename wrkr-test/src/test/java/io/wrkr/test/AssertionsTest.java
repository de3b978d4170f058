package io.wrkr.test;

import static io.wrkr.test.WrkrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@WrkrTest
class AssertionsTest {

  private static void assertFails(ThrowingCallable assertion, String... texts) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContainingAll(texts);
  }

  @Nested
  class OfABus {

    @BeforeEach
    void publish(ManualWrkr bus) {
      bus.subscribe("mail", "user.*", delivery -> {});
      bus.queue("crm")
          .retry(RetryPolicy.fixed(Duration.ofMinutes(1)).maxAttempts(3))
          .on(
              "user.signedup",
              delivery -> {
                throw new IllegalStateException("no licence");
              });
      bus.publish(
          Event.of("user.signedup")
              .id("e1")
              .tid("42")
              .header("source", "web")
              .payload(Map.of("name", "Ada", "age", 36)));
      bus.publish(Event.of("user.reminded").tid("42").when("7 days"));
      bus.publish(Event.of("order.placed").tid("7"));
    }

    @Test
    void what_was_published_is_found_by_all_it_has(ManualWrkr bus) {
      assertThat(bus)
          .published("user.signedup")
          .withTid("42")
          .withId("e1")
          .withHeader("source", "web")
          .withPayload(Map.of("age", 36, "name", "Ada"))
          .dueNow()
          .to("mail")
          .isWaiting()
          .once();
      assertThat(bus)
          .published("user.reminded")
          .dueIn("7 days")
          .dueAt(bus.now().plus(Duration.ofDays(7)));
      assertThat(bus).notPublished("user.deleted").notHandled("user.signedup");
    }

    @Test
    void what_became_of_it_is_found(ManualWrkr bus) {
      bus.advance("7 days");

      assertThat(bus).handled("user.signedup").by("mail").retried(0).onAttempt(1);
      assertThat(bus)
          .published("user.signedup")
          .to("crm")
          .retried(2)
          .isDead()
          .because("no licence");
      assertThat(bus).inOrder("user.signedup", "user.reminded").notHandled("order.placed");
    }

    @Test
    void failure_shows_the_nearest_and_what_they_lack(ManualWrkr bus) {
      assertFails(
          () -> assertThat(bus).published("user.reminded").withTid("43"),
          "name: user.reminded\n  tid: 43",
          "the nearest:\n  user.reminded of 42 in mail\n      tid: expected 43, was 42");
      assertFails(
          () -> assertThat(bus).published("user.reminded").dueIn("8 days"),
          "due: expected 8 days, was 7d after publish, at 2027-01-11T09:00:00Z");
      assertFails(
          () -> assertThat(bus).published("order.placed").to("mail"),
          "order.placed of 7, in no queue",
          "queue: expected mail, was none");
      assertFails(
          () -> assertThat(bus).published("user.signedup").withPayload(Map.of("name", "Bob")),
          "payload: expected {\"name\":\"Bob\"}");
      assertFails(
          () -> assertThat(bus).handled("user.signedup"), "state: expected HANDLED, was WAITING");
      assertFails(
          () -> assertThat(bus).published("user.signedup").exactly(2), "exactly 2", "there are 1");
      assertFails(() -> assertThat(bus).notPublished("user.signedup"), "signedup of 42");
    }

    @Test
    void failure_shows_the_order_there_was(ManualWrkr bus) {
      bus.advance("7 days");

      assertFails(
          () -> assertThat(bus).inOrder("user.reminded", "user.signedup"),
          "'user.signedup' is missing in: [user.signedup, user.reminded]");
      assertFails(() -> assertThat(bus).notHandled("user.signedup"), "mail handled");
      assertFails(
          () -> assertThat(bus).published("user.signedup").isDead().because("smtp"),
          "reason: expected one that contains 'smtp'");
    }

    @Test
    void chain_is_told_by_the_parent(ManualWrkr bus) {
      bus.subscribe(
          "billing", "order.placed", delivery -> delivery.followUp(Event.of("order.billed")));
      bus.publish(Event.of("order.placed").id("o1"));

      bus.drain();

      assertThat(bus).published("order.billed").withParent("o1").once();
    }
  }

  @Nested
  class OfACollector {

    @Test
    void presence_and_absence(ManualWrkr bus) {
      assertThat(bus.collector()).isEmpty().hasNotCollected("a");

      bus.collector().collect(Event.of("a").tid("1").header("h", "v").payload(Map.of("n", 1)));
      bus.collector().collect(Event.of("a").tid("2"));

      assertThat(bus.collector()).hasSize(2).hasNotCollected("b");
      assertThat(bus.collector()).hasCollected("a").exactly(2);
      assertThat(bus.collector())
          .hasCollected("a")
          .withTid("1")
          .withHeader("h", "v")
          .withPayload(Map.of("n", 1))
          .once();
    }

    @Test
    void failures_show_what_there_is(ManualWrkr bus) {
      bus.collector().collect(Event.of("a").tid("1"));

      assertFails(
          () -> assertThat(bus.collector()).hasCollected("a").withTid("2"),
          "tid: expected 2, was 1");
      assertFails(() -> assertThat(bus.collector()).hasNotCollected("a"), "no a was collected");
      assertFails(() -> assertThat(bus.collector()).isEmpty(), "nothing was collected");
      assertFails(() -> assertThat(bus.collector()).hasSize(2), "there are 1");
      assertFails(() -> assertThat(bus.collector()).hasCollected("a").exactly(2), "there are 1");
    }
  }
}
