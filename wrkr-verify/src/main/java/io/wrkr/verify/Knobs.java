package io.wrkr.verify;

import java.util.SplittableRandom;

/**
 * What differs from one simulation to the next; times in microseconds. Drawn from a seed, so that
 * the few combinations nobody would think of come up.
 */
record Knobs(
    long seed,
    boolean memory,
    int events,
    int instances,
    int tids,
    boolean ordered,
    int maxAttempts,
    int concurrency,
    int maxClaim,
    long lease,
    long idle,
    int latency,
    double faults,
    double failures,
    long handling,
    int disturbances) {

  static final long MILLI = 1_000;

  static Knobs of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long lease = (long) (10 * MILLI * Math.pow(360_000, Math.pow(random.nextDouble(), 3)));
    long idle = Math.max(1_000 * MILLI, lease / 4);
    return new Knobs(
        seed,
        random.nextBoolean(),
        2 + random.nextInt(20),
        1 + random.nextInt(4),
        1 + random.nextInt(8),
        random.nextBoolean(),
        1 + random.nextInt(4),
        1 << random.nextInt(4),
        1 << random.nextInt(11),
        lease,
        idle,
        1 << 3 + random.nextInt(10),
        random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.25,
        random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.6,
        Math.max(100, (long) (lease * random.nextDouble() * (random.nextInt(4) == 0 ? 3 : 0.3))),
        random.nextInt(4) == 0 ? 0 : random.nextInt(8));
  }

  /** Returns the same with fewer events, instances, disturbances, or without faults. */
  Knobs smaller(int events, int instances, int disturbances, double faults) {
    return new Knobs(
        seed,
        memory,
        events,
        instances,
        tids,
        ordered,
        maxAttempts,
        concurrency,
        maxClaim,
        lease,
        idle,
        latency,
        faults,
        failures,
        handling,
        disturbances);
  }
}
