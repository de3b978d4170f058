package io.wrkr.examples;

import static io.wrkr.test.WrkrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import io.wrkr.tck.ManualClock;
import io.wrkr.test.Drained;
import io.wrkr.test.ManualWrkr;
import io.wrkr.test.WrkrTest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the page about testing shows. */
@WrkrTest
class TestingSnippetsTest {
  private int mails;

  private void send(Delivery delivery) {
    if (delivery.attempt() < 3) {
      throw new IllegalStateException("smtp is down");
    }
    mails++;
  }

  @Test
  void moves(ManualWrkr bus) {
    bus.queue("mail").retry(RetryPolicy.fixed(Duration.ofHours(1))).on("#", this::send);

    // snippet: test-moves
    bus.publish(Event.of("ourapp.user.added").tid("42"));
    bus.publish(Event.of("ourapp.user.reminded").tid("42").when("7 days"));

    boolean any = bus.step(); // the next delivery that is due, and no other
    Drained now = bus.drain(); // all that is due; the clock stands still
    Drained later = bus.advance("2 hours"); // what comes due on the way, at its time
    bus.advanceTo(Instant.parse("2027-01-11T12:00:00Z"));
    // end

    assertThat(any).isTrue();
    assertThat(now).isEqualTo(new Drained(0, 0, 0, 0, 2));
    assertThat(later).isEqualTo(new Drained(1, 1, 1, 0, 1));
    assertThat(mails).isEqualTo(2);
  }

  @Test
  void assertions(ManualWrkr bus) {
    bus.queue("mail")
        .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(2))
        .on("ourapp.user.*", this::send);
    bus.subscribe("crm", "ourapp.user.added", delivery -> {});
    bus.publish(Event.of("ourapp.user.added").tid("42"));
    bus.advance("1 day");
    bus.publish(Event.of("ourapp.user.reminded").tid("42").payload("hello").when("7 days"));

    // snippet: test-assertions
    assertThat(bus)
        .published("ourapp.user.reminded")
        .withTid("42")
        .withPayload("hello")
        .dueIn("7 days")
        .to("mail")
        .once();
    assertThat(bus).notPublished("ourapp.user.deleted").notHandled("ourapp.user.reminded");
    assertThat(bus).handled("ourapp.user.added").by("crm").retried(0);
    assertThat(bus)
        .published("ourapp.user.added")
        .to("mail")
        .retried(1)
        .isDead()
        .because("smtp is down");
    // end
  }

  @Test
  void collector(ManualWrkr bus) {
    // snippet: test-collector
    bus.collector().collect(Event.of("shop.order.placed").tid("7"));

    assertThat(bus.collector()).hasCollected("shop.order.placed").withTid("7").exactly(1);
    assertThat(bus.collector()).hasNotCollected("shop.order.cancelled");
    // end
    bus.collector().clear();
    assertThat(bus.collector()).isEmpty();
  }

  @Test
  void fakes(ManualWrkr bus) {
    // snippet: test-fakes
    bus.queue("mail").lease(Duration.ofMinutes(2)).on("ourapp.user.added", d -> mails++);
    bus.fakes().crashAfterHandling("mail");
    bus.publish(Event.of("ourapp.user.added").tid("42"));

    bus.advance("2 minutes"); // until the lease that the crash left behind ends

    assertThat(bus).handled("ourapp.user.added").onAttempt(2);
    // end
    assertThat(mails).isEqualTo(2);
  }

  @Test
  void threads() throws InterruptedException {
    // snippet: test-threads
    ManualClock clock = new ManualClock(Instant.parse("2026-11-21T09:00:00Z"));
    BlockingQueue<String> reminded = new LinkedBlockingQueue<>();
    try (Wrkr wrkr = Wrkr.builder("memory:").clock(clock).build()) {
      wrkr.subscribe("mail", "ourapp.user.reminded", d -> reminded.add(d.tid().orElseThrow()));
      wrkr.start();
      wrkr.publish(Event.of("ourapp.user.reminded").tid("42").when("7 days"));

      clock.advance(Duration.ofDays(7));

      assertThat(reminded.poll(20, TimeUnit.SECONDS)).isEqualTo("42");
    }
    // end
  }
}
