package io.wrkr.verify;

import java.util.random.RandomGenerator;

/** Draws what becomes of each call, with odds that can be turned off for a calm end. */
final class Faults {
  /** What becomes of a call. */
  enum Fate {
    /** Applied and answered. */
    DONE,
    /** Refused before anything was done: a failure that is certain. */
    REFUSED,
    /** The request is lost. */
    REQUEST_LOST,
    /** Applied, the answer is lost. */
    ANSWER_LOST,
    /** The caller gives up; applied afterwards. */
    LATE,
    /** Applied and answered; the request's double arrives later. */
    TWICE,
    /** The first part of a list is applied, the caller is told that the outcome is unknown. */
    HALF
  }

  private static final Fate[] BAD = {
    Fate.REFUSED, Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.LATE, Fate.TWICE, Fate.HALF
  };

  private final RandomGenerator random;
  private final double odds;
  private final int latency;
  private boolean on = true;

  /**
   * Creates faults.
   *
   * @param odds of a call to end badly
   * @param latency the typical time, in microseconds, of one way
   */
  Faults(RandomGenerator random, double odds, int latency) {
    this.random = random;
    this.odds = odds;
    this.latency = latency;
  }

  void stop() {
    on = false;
  }

  Fate fate() {
    return on && random.nextDouble() < odds ? BAD[random.nextInt(BAD.length)] : Fate.DONE;
  }

  /** Returns the time of one way; now and then a long one. */
  long delay() {
    long delay = 1 + random.nextInt(latency);
    return on && random.nextInt(32) == 0 ? delay * 20 : delay;
  }

  /** Returns after what time a caller gives up, or a late request arrives. */
  long timeout() {
    return 20L * latency + random.nextLong(20L * latency);
  }
}
