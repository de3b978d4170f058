package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.Delivery;
import io.wrkr.DeliveryState;
import io.wrkr.Event;
import io.wrkr.Handler;
import io.wrkr.Interceptor;
import io.wrkr.Query;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guide's snippets about handling. */
class HandleSnippetsTest {
  private final Wrkr wrkr = Wrkr.connect("memory:");
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final Mailer mailer = new Mailer();

  record User(String name) {}

  /** Stands for what a handler works with. */
  private final class Mailer {
    void welcome(User user) {
      seen.add("welcome " + user.name());
    }

    void index(String tid) {
      seen.add("index " + tid);
    }

    void indexAll(List<Delivery> deliveries) {
      seen.add("index " + deliveries.size());
    }

    boolean isBusy() {
      return true;
    }

    CompletableFuture<Void> sendLater(String tid) {
      seen.add("send " + tid);
      return CompletableFuture.completedFuture(null);
    }
  }

  @AfterEach
  void close() {
    wrkr.close();
  }

  @Test
  void handlers() throws InterruptedException {
    // snippet: handlers
    wrkr.queue("mail")
        .on("ourapp.user.added", User.class, (user, delivery) -> mailer.welcome(user))
        .on("ourapp.user.*", delivery -> mailer.index(delivery.tid().orElse("nobody")));
    wrkr.queue("audit").subscribe("ourapp.#"); // held for a worker elsewhere, or later
    wrkr.start();
    // end

    wrkr.publish(Event.of("ourapp.user.added").payload(new User("Ada")));
    assertThat(Signals.next(seen)).isEqualTo("welcome Ada");
    wrkr.publish(Event.of("ourapp.user.left").tid("42"));
    assertThat(Signals.next(seen)).isEqualTo("index 42");
    assertThat(wrkr.admin().queue("audit").ready()).isEqualTo(2);
  }

  @Test
  void batches() throws InterruptedException {
    // snippet: batch
    wrkr.queue("search")
        .onBatch("ourapp.#", 100, deliveries -> mailer.indexAll(deliveries))
        .concurrency(2);
    // end
    wrkr.start();

    wrkr.publish(Event.of("ourapp.user.added"));

    assertThat(Signals.next(seen)).isEqualTo("index 1");
  }

  @Test
  void settling() throws InterruptedException {
    CountDownLatch released = new CountDownLatch(1);
    Handler handler =
        // snippet: settle
        delivery -> {
          if (mailer.isBusy()) {
            delivery.release(Duration.ofSeconds(30)); // not now; no attempt counted
            return;
          }
          User user = delivery.payload(User.class);
          if (user == null) {
            delivery.deadLetter("there is no user"); // kept, with this reason
            return;
          }
          mailer.welcome(user);
          delivery.followUp(Event.of("ourapp.user.welcomed")); // stored with the ack
        };
    // end
    wrkr.queue("mail")
        .on(
            "ourapp.user.added",
            delivery -> {
              handler.handle(delivery);
              released.countDown();
            });
    wrkr.start();

    wrkr.publish(Event.of("ourapp.user.added"));

    Signals.await(released);
    Signals.until(() -> wrkr.admin().queue("mail").scheduled() == 1);
  }

  @Test
  void settling_later() throws InterruptedException {
    // snippet: manual-ack
    wrkr.queue("mail")
        .manualAck()
        .on(
            "ourapp.user.added",
            delivery ->
                mailer
                    .sendLater(delivery.tid().orElseThrow())
                    .whenComplete(
                        (sent, failure) -> {
                          if (failure == null) {
                            delivery.ack();
                          } else {
                            delivery.retry();
                          }
                        }));
    // end
    wrkr.start();

    wrkr.publish(Event.of("ourapp.user.added").tid("42"));

    assertThat(Signals.next(seen)).isEqualTo("send 42");
    Signals.until(() -> isEmpty("mail"));
  }

  @Test
  void options() {
    // snippet: options
    wrkr.queue("mail")
        .concurrency(32) // handlers at once in this process; default 16
        .lease(Duration.ofMinutes(1)) // extended while the handler runs; default 30 s
        .timeout(Duration.ofMinutes(5)) // then interrupted and retried; default none
        .maxHold(Duration.ofHours(1)); // no extending beyond; default 12 h
    // end

    assertThat(wrkr.queue("mail").name()).isEqualTo("mail");
  }

  @Test
  void retrying() throws InterruptedException {
    // snippet: retry
    wrkr.queue("mail")
        .retry(
            RetryPolicy.exponential()
                .firstDelay(Duration.ofMillis(10)) // default 1 s, doubling
                .maxDelay(Duration.ofHours(1)) // default 13 h
                .maxAttempts(5) // default 20
                .giveUpOn(IllegalArgumentException.class)); // dead letter at once
    // end
    wrkr.queue("mail")
        .on(
            "ourapp.user.added",
            delivery -> {
              seen.add("attempt " + delivery.attempt());
              throw delivery.attempt() < 2
                  ? new IOException("busy")
                  : new IllegalArgumentException("no");
            });
    wrkr.start();

    wrkr.publish(Event.of("ourapp.user.added"));

    assertThat(Signals.next(seen)).isEqualTo("attempt 1");
    assertThat(Signals.next(seen)).isEqualTo("attempt 2");
    Signals.until(() -> wrkr.admin().queue("mail").dead() == 1);
  }

  @Test
  void keeping_order() throws InterruptedException {
    // snippet: ordered
    wrkr.queue("accounts")
        .ordered() // per tid: one at a time, in order, in all processes
        .on("bank.account.*", delivery -> seen.add(delivery.name()));
    // end
    wrkr.start();

    wrkr.publish(
        List.of(
            Event.of("bank.account.opened").tid("7"),
            Event.of("bank.account.filled").tid("7"),
            Event.of("bank.account.closed").tid("7")));

    assertThat(List.of(Signals.next(seen), Signals.next(seen), Signals.next(seen)))
        .containsExactly("bank.account.opened", "bank.account.filled", "bank.account.closed");
  }

  @Test
  void keeping_what_is_done() throws InterruptedException {
    // snippet: archive
    wrkr.queue("mail")
        .archive(Archive.keep(Duration.ofDays(30))) // found as DONE, then pruned
        .on("ourapp.user.added", delivery -> seen.add("handled"));
    // end
    wrkr.start();

    wrkr.publish(Event.of("ourapp.user.added"));

    assertThat(Signals.next(seen)).isEqualTo("handled");
    Query done = Query.all().state(DeliveryState.DONE);
    Signals.until(() -> wrkr.admin().find(done).deliveries().size() == 1);
  }

  @Test
  void pausing() {
    // snippet: pause
    wrkr.queue("mail").pause(); // this process claims nothing more from it
    wrkr.queue("mail").resume();
    // end

    assertThat(wrkr.queue("mail").name()).isEqualTo("mail");
  }

  @Test
  void intercepting_and_listening() throws InterruptedException {
    List<String> log = new ArrayList<>();
    // snippet: interceptor
    Interceptor timing =
        new Interceptor() {
          @Override
          public void handle(Delivery delivery, Handler next) throws Exception {
            log.add("before " + delivery.name());
            next.handle(delivery); // once
            log.add("after " + delivery.name());
          }
        };
    WrkrListener faults =
        new WrkrListener() {
          @Override
          public void failed(Delivery delivery, Throwable failure) {
            log.add(delivery.id() + " failed: " + failure);
          }
        };

    Wrkr observed = Wrkr.builder("memory:").interceptor(timing).listener(faults).build();
    // end
    CountDownLatch handled = new CountDownLatch(1);
    observed.subscribe("mail", "ourapp.#", delivery -> handled.countDown());
    observed.start();
    observed.publish(Event.of("ourapp.user.added"));
    Signals.await(handled);
    observed.close();

    assertThat(log).containsExactly("before ourapp.user.added", "after ourapp.user.added");
  }

  @Test
  void stopping() {
    wrkr.start();

    // snippet: stop
    boolean allFinished = wrkr.stop(Duration.ofSeconds(10));
    wrkr.close(); // stop(30 s), then closes the backend
    // end

    assertThat(allFinished).isTrue();
  }

  private boolean isEmpty(String queue) {
    var stats = wrkr.admin().queue(queue);
    return stats.ready() + stats.scheduled() + stats.leased() + stats.dead() == 0;
  }
}
