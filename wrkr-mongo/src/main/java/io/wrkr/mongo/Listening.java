package io.wrkr.mongo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants hints for one queue, and how eagerly; see {@link Bell}. For any thread: where two meet,
 * one may be counted as more or less eager than it was, and no hint is lost.
 */
final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final int FIRST_DELAY_MILLIS = 4;
  private static final int MAX_DELAY_MILLIS = 100;

  final List<Runnable> hints = new CopyOnWriteArrayList<>();
  volatile int delayMillis;
  volatile boolean waiting;
  volatile boolean hinted;
  volatile @Nullable BsonValue lastRing;

  /** After the random wait, unless another took meanwhile all there was. */
  void hintIfWaiting() {
    if (waiting) {
      hint();
    }
  }

  void hint() {
    waiting = false;
    hinted = true;
    tell();
  }

  /** Another left nothing of what was rung up to there. */
  void taken(BsonValue upTo) {
    if (waiting && upTo.equals(lastRing)) {
      waiting = false;
      delayMillis = longer();
    }
  }

  void tell() {
    for (Runnable hint : hints) {
      try {
        hint.run();
      } catch (RuntimeException e) {
        LOG.warn("A hint failed", e);
      }
    }
  }

  /** Returns whether the claim followed a ring: after its hint, or caught what it was for. */
  boolean claimed(boolean something, @Nullable BsonValue ring) {
    if (!hinted) {
      if (!something || !waiting || ring == null || !ring.equals(lastRing)) {
        return false;
      }
      waiting = false;
    }
    hinted = false;
    delayMillis = something ? delayMillis / 2 : longer();
    return true;
  }

  private int longer() {
    return Math.min(MAX_DELAY_MILLIS, Math.max(FIRST_DELAY_MILLIS, delayMillis * 2));
  }

  /** Returns something between half a bound and all of it. */
  static int randomUpTo(int most) {
    return most - ThreadLocalRandom.current().nextInt(most / 2 + 1);
  }
}
