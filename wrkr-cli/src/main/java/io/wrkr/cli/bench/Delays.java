package io.wrkr.cli.bench;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Queue;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Measures how soon an idle bus hands out an event, and how punctually a delayed one. */
final class Delays {
  private static final int SAMPLES = 300;
  private static final int WARM_UPS = 50;
  private static final double MEAN_GAP_NANOS = 10e6;
  private static final int SHORTEST_DELAY_MILLIS = 200;
  private static final int LONGEST_DELAY_MILLIS = 2200;
  private static final Duration STALL = Duration.ofSeconds(60);

  private final Wrkr wrkr;
  private final Event now;
  private final Event later;
  private final List<String> queues;
  private final BlockingQueue<Long> starts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Double> lateness = new LinkedBlockingQueue<>();
  private final Random random = new Random(2);

  Delays(Wrkr wrkr, BenchPlan plan, String prefix) {
    this.wrkr = wrkr;
    String payload = Payloads.of(plan.payload());
    this.now = Event.of(prefix + ".now").payload(payload);
    this.later = Event.of(prefix + ".later").payload(payload);
    this.queues = List.of(prefix + ".now", prefix + ".later");
    Queue forNow = wrkr.queue(queues.get(0)).concurrency(1);
    forNow.on(now.name(), delivery -> starts.add(Seam.nanos()));
    wrkr.queue(queues.get(1)).on(later.name(), this::late);
  }

  List<String> queues() {
    return queues;
  }

  private void late(Delivery delivery) {
    Duration late = Duration.between(delivery.due(), Seam.now());
    lateness.add(late.toNanos() / 1e6);
  }

  /** Gaps are exponential, so that no rhythm of the bus can agree with them. */
  Percentiles latency() throws InterruptedException {
    double[] millis = new double[SAMPLES];
    for (int i = -WARM_UPS; i < SAMPLES; i++) {
      Seam.pause((long) (-Math.log(1 - random.nextDouble()) * MEAN_GAP_NANOS));
      wrkr.publish(now);
      long returned = Seam.nanos();
      Long started = starts.poll(STALL.toSeconds(), TimeUnit.SECONDS);
      if (started == null) {
        throw new IllegalStateException("an event was not handled in " + STALL.toSeconds() + " s");
      }
      if (i >= 0) {
        // A handler may start before the publisher's own thread goes on.
        millis[i] = Math.max(0, started - returned) / 1e6;
      }
    }
    return Percentiles.of(millis);
  }

  Optional<Percentiles> lateness() throws InterruptedException {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      int millis = random.nextInt(SHORTEST_DELAY_MILLIS, LONGEST_DELAY_MILLIS);
      events.add(later.delay(Duration.ofMillis(millis)));
    }
    try {
      wrkr.publish(events);
    } catch (UnsupportedCapabilityException e) {
      return Optional.empty();
    }
    double[] millis = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      Double late = lateness.poll(STALL.toSeconds(), TimeUnit.SECONDS);
      if (late == null) {
        throw new IllegalStateException("a delayed event did not come");
      }
      millis[i] = late;
    }
    return Optional.of(Percentiles.of(millis));
  }
}
