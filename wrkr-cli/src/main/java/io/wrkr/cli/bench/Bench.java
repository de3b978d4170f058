package io.wrkr.cli.bench;

import io.wrkr.Wrkr;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures a bus beside the raw limit of its store, in the same run: what a disk or a neighbour
 * does to the one it does to the other.
 *
 * <ol>
 *   <li>Both warm up for some seconds: code that the JVM has not compiled yet is ten times slower.
 *   <li>Five rounds measure the raw limit and the bus, the one first in odd rounds and the other in
 *       even ones; the medians count.
 *   <li>Single events on an otherwise idle bus give the latency, delayed ones the lateness.
 * </ol>
 *
 * <p>Queues and names are of its own, and removed at the end.
 */
public final class Bench {
  private static final int ROUNDS = 5;
  private static final double WARM_UP_SECONDS = 6;
  private static final double MEASURE_SECONDS = 2;
  private static final int FIRST_WARM_UP = 500;
  private static final int FEWEST = 1_000;
  private static final int MOST = 1_000_000;

  private final BenchPlan plan;
  private final Consumer<String> progress;

  /** Creates a measurement that tells what it is doing. */
  public Bench(BenchPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Measures; takes about half a minute on a store that is up to it. */
  public BenchReport run() throws InterruptedException {
    String prefix = "wrkr.bench." + Long.toHexString(ThreadLocalRandom.current().nextLong());
    try (Wrkr wrkr = Wrkr.connect(plan.uri());
        RawLimit raw = RawLimits.of(plan)) {
      BusLoad load = new BusLoad(wrkr, plan, prefix);
      Delays delays = new Delays(wrkr, plan, prefix);
      try {
        return run(wrkr, raw, load, delays);
      } finally {
        wrkr.stop(java.time.Duration.ofSeconds(5));
        Stream.of(load.queues(), delays.queues())
            .flatMap(List::stream)
            .forEach(wrkr.admin()::deleteQueue);
      }
    }
  }

  private BenchReport run(Wrkr wrkr, RawLimit raw, BusLoad load, Delays delays)
      throws InterruptedException {
    progress.accept("warming up");
    int events = warmUp(raw, load);
    double[] rawRates = new double[ROUNDS];
    double[] allWrites = new double[ROUNDS];
    double[] inserts = new double[ROUNDS];
    double[] publish = new double[ROUNDS];
    double[] handle = new double[ROUNDS];
    double[] both = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      progress.accept("round " + (round + 1) + " of " + ROUNDS + ", " + events + " events");
      if (round % 2 == 0) {
        rawRates[round] = events / raw(raw, events);
      }
      both[round] = events / load.endToEnd(events);
      allWrites[round] = events / raw.allWrites(events).orElse(Double.NaN);
      inserts[round] = events / raw.insert(events).orElse(Double.NaN);
      publish[round] = events / load.publishOnly(events);
      handle[round] = events / load.handleBacklog();
      if (round % 2 == 1) {
        rawRates[round] = events / raw(raw, events);
      }
    }
    progress.accept("latency");
    wrkr.start();
    Percentiles latency = delays.latency();
    progress.accept("delays");
    return new BenchReport(
        events,
        median(publish),
        median(handle),
        median(both),
        RawLimits.isKnown(raw) ? OptionalDouble.of(median(rawRates)) : OptionalDouble.empty(),
        medianIfMeasured(allWrites),
        medianIfMeasured(inserts),
        raw.what(),
        latency,
        delays.lateness());
  }

  /** Returns how many events a measurement takes. */
  private int warmUp(RawLimit raw, BusLoad load) throws InterruptedException {
    int most = plan.events().orElse(MOST);
    int events = Math.min(FIRST_WARM_UP, most);
    double rate = 1;
    for (double spent = 0; spent < WARM_UP_SECONDS; ) {
      double seconds = load.endToEnd(events) + raw(raw, events);
      spent += seconds + load.publishOnly(events) + load.handleBacklog();
      rate = events / seconds;
      if (plan.events().isPresent() && events == most && spent > WARM_UP_SECONDS / 6) {
        break;
      }
      events = Math.min(most, seconds < MEASURE_SECONDS / 2 ? events * 4 : events);
    }
    return plan.events().orElse((int) Math.max(FEWEST, Math.min(MOST, rate * MEASURE_SECONDS)));
  }

  private static double raw(RawLimit raw, int events) {
    long begun = Seam.nanos();
    raw.run(events);
    return Math.max(1, Seam.nanos() - begun) / 1e9;
  }

  private static OptionalDouble medianIfMeasured(double[] values) {
    return Double.isNaN(values[0]) ? OptionalDouble.empty() : OptionalDouble.of(median(values));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
