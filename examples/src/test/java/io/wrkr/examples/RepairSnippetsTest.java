package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Admin;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Event;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guide's snippets about looking and repairing. */
class RepairSnippetsTest {
  private final Wrkr wrkr = Wrkr.connect("memory:");
  private final BlockingQueue<Integer> attempts = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    wrkr.queue("mail")
        .retry(RetryPolicy.none())
        .on(
            "ourapp.user.added",
            delivery -> {
              attempts.add(delivery.attempt());
              throw new IllegalStateException("no mail server");
            });
    wrkr.queue("later").subscribe("ourapp.user.reminded");
    wrkr.start();
  }

  @AfterEach
  void close() {
    wrkr.close();
  }

  @Test
  void counting() {
    wrkr.publish(Event.of("ourapp.user.reminded").delay(Duration.ofDays(7)));

    // snippet: stats
    for (QueueStats stats : wrkr.admin().queues()) {
      System.out.println(
          stats.queue() + ": " + stats.ready() + " ready, " + stats.dead() + " dead");
    }
    // end

    assertThat(wrkr.admin().queue("later").scheduled()).isEqualTo(1);
  }

  @Test
  void finding() {
    wrkr.publish(Event.of("ourapp.user.reminded").tid("42").delay(Duration.ofDays(7)));

    // snippet: find
    Query scheduled = Query.all().queue("later").tid("42").state(DeliveryState.SCHEDULED);
    List<DeliveryInfo> found = new ArrayList<>();
    Page page = wrkr.admin().find(scheduled);
    found.addAll(page.deliveries());
    while (page.next().isPresent()) {
      page = wrkr.admin().find(scheduled.after(page.next().get()));
      found.addAll(page.deliveries());
    }
    // end

    assertThat(found).hasSize(1);
  }

  @Test
  void cancelling_and_rescheduling() {
    String id =
        wrkr.publish(Event.of("ourapp.user.reminded").tid("42").delay(Duration.ofDays(7))).id();
    Instant sooner = Instant.parse("2099-01-01T09:00:00Z");

    // snippet: cancel
    Query reminders = Query.all().name("ourapp.user.reminded").tid("42");

    long moved = wrkr.admin().reschedule(reminders, sooner);
    long cancelled = wrkr.admin().cancel(reminders); // never a leased one
    boolean was = wrkr.admin().cancel(id); // by event id, in every queue
    // end

    assertThat(moved).isEqualTo(1);
    assertThat(cancelled).isEqualTo(1);
    assertThat(was).isFalse();
  }

  @Test
  void redriving() throws InterruptedException {
    wrkr.publish(Event.of("ourapp.user.added"));
    assertThat(Signals.next(attempts)).isEqualTo(1);
    Signals.until(() -> wrkr.admin().queue("mail").dead() == 1);

    // snippet: redrive
    Admin admin = wrkr.admin();
    Query dead = Query.all().queue("mail").state(DeliveryState.DEAD);

    Optional<String> why = admin.find(dead).deliveries().get(0).reason();
    why.ifPresent(System.out::println); // first line why, then stack and earlier attempts

    long redriven = admin.redrive(dead); // due now, attempts from 0
    // end
    assertThat(why.orElseThrow()).contains("no mail server");
    assertThat(redriven).isEqualTo(1);
    assertThat(Signals.next(attempts)).isEqualTo(1);
    Signals.until(() -> wrkr.admin().queue("mail").dead() == 1);

    // snippet: discard
    long discarded = admin.discard(dead); // gone for good
    // end
    assertThat(discarded).isEqualTo(1);
  }

  @Test
  void unsubscribing() {
    // snippet: unsubscribe
    wrkr.admin().unsubscribe("later", "ourapp.user.reminded"); // what it holds stays
    wrkr.admin().deleteQueue("later"); // subscriptions, deliveries, dead letters, archive
    // end

    assertThat(wrkr.admin().subscriptions()).hasSize(1);
  }
}
