package io.wrkr.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prints what a test pays for; a machine's load is no reason to fail. */
@SystemSeam
class SpeedTest {

  @Test
  void opening_a_bus_and_a_thousand_days_of_it() {
    long opened = millis(() -> ManualWrkr.create().close());
    long fifty = 0;
    for (int i = 0; i < 50; i++) {
      fifty += millis(() -> ManualWrkr.create().close());
    }
    long[] days = new long[1];
    Drained drained = thousandDays(days);

    System.out.printf(
        "a bus opens and closes: first %d ms, then %.1f ms; 1,000 days, 10,000 events: %d ms%n",
        opened, fifty / 50.0, days[0]);
    assertThat(drained.handled()).isEqualTo(10_000);
  }

  private static Drained thousandDays(long[] millis) {
    try (ManualWrkr bus = ManualWrkr.create()) {
      bus.subscribe("q", "a", delivery -> {});
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        events.add(Event.of("a").delay(Duration.ofMinutes(i * 7919L % 1_440_000)));
      }
      Drained[] drained = new Drained[1];
      millis[0] =
          millis(
              () -> {
                bus.publish(events);
                drained[0] = bus.advance("1000 days");
              });
      return drained[0];
    }
  }

  private static long millis(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - begun).toMillis();
  }
}
