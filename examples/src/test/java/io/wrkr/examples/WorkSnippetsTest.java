package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Archive;
import io.wrkr.Event;
import io.wrkr.Recurrence;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guide's snippets about units of work, recurring publishes and replay. */
class WorkSnippetsTest {
  private final Wrkr wrkr = Wrkr.connect("memory:");
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final List<String> orders = new ArrayList<>();

  @AfterEach
  void close() {
    wrkr.close();
  }

  @Test
  void collecting() {
    wrkr.queue("stock").subscribe("shop.order.*");
    wrkr.start();

    // snippet: collector
    wrkr.collector()
        .run(
            () -> {
              orders.add("47");
              wrkr.collector().collect(Event.of("shop.order.placed").tid("47"));
              // nothing is published yet, and nothing will be if this throws
            });
    // end

    assertThat(orders).containsExactly("47");
    assertThat(wrkr.admin().queue("stock").ready()).isEqualTo(1);
    assertThatThrownBy(
            () ->
                wrkr.collector()
                    .run(
                        () -> {
                          wrkr.collector().collect(Event.of("shop.order.placed").tid("48"));
                          throw new IllegalStateException("out of stock");
                        }))
        .hasMessage("out of stock");
    assertThat(wrkr.admin().queue("stock").ready()).isEqualTo(1);
  }

  @Test
  void repeating() throws InterruptedException {
    wrkr.queue("reports").on("ourapp.report.wanted", delivery -> seen.add(delivery.name()));
    wrkr.start();

    // snippet: repeat
    wrkr.repeat(
        "daily-report", Recurrence.every(Duration.ofDays(1)), Event.of("ourapp.report.wanted"));

    wrkr.admin().recurrences(); // each with its next five instants
    wrkr.cancelRepeat("daily-report");
    // end

    assertThat(wrkr.admin().recurrences()).isEmpty();
    wrkr.repeat("often", Recurrence.every(Duration.ofSeconds(1)), Event.of("ourapp.report.wanted"));
    assertThat(Signals.next(seen)).isEqualTo("ourapp.report.wanted");
  }

  @Test
  void replaying() throws InterruptedException {
    wrkr.queue("mail")
        .archive(Archive.keep(Duration.ofDays(30)))
        .on("ourapp.user.added", delivery -> seen.add("handled"));
    wrkr.start();
    wrkr.publish(Event.of("ourapp.user.added"));
    assertThat(Signals.next(seen)).isEqualTo("handled");
    Instant from = Instant.EPOCH;
    Instant to = Instant.parse("2999-01-01T00:00:00Z");
    Signals.until(() -> wrkr.admin().queue("mail").leased() == 0);

    // snippet: replay
    long replayed = wrkr.admin().replay("mail", from, to); // published from … until before …
    // end

    assertThat(replayed).isEqualTo(1);
    assertThat(Signals.next(seen)).isEqualTo("handled");
  }
}
