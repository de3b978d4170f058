package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Wrkr;
import io.wrkr.tck.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A cron rule kept by a bus, and read back from its text at each fire. */
class CronOnBusTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2027-03-26T12:00:00Z"));
  private final BlockingQueue<Delivery> fired = new LinkedBlockingQueue<>();
  private final Set<String> seen = new HashSet<>();

  @Test
  void cron_fires_through_a_change_of_the_clocks_and_is_listed() throws Exception {
    try (Wrkr bus = Wrkr.builder("memory:").clock(clock).build()) {
      bus.queue("q").on("report.due", fired::add);
      bus.start();

      bus.repeat("r", Cron.of("30 2 * * *", ZoneId.of("Europe/Berlin")), Event.of("report.due"));

      assertThat(bus.admin().recurrences())
          .singleElement()
          .satisfies(
              info -> {
                assertThat(info.rule()).isEqualTo("cron 30 2 * * * Europe/Berlin");
                assertThat(info.next())
                    .hasSize(5)
                    .startsWith(
                        Instant.parse("2027-03-27T01:30:00Z"),
                        Instant.parse("2027-03-28T01:00:00Z"),
                        Instant.parse("2027-03-29T00:30:00Z"));
              });
      clock.advance(Duration.ofHours(14));
      assertThat(id()).isEqualTo("r@2027-03-27T01:30:00Z");
      clock.advance(Duration.ofDays(1));
      assertThat(id()).isEqualTo("r@2027-03-28T01:00:00Z");
    }
  }

  /** Returns the next id not seen before: a clock that jumps past a lease repeats a delivery. */
  private String id() throws InterruptedException {
    while (true) {
      Delivery delivery = fired.poll(10, TimeUnit.SECONDS);
      assertThat(delivery).isNotNull();
      String id = delivery.event().id().orElseThrow();
      if (seen.add(id)) {
        return id;
      }
    }
  }
}
