package io.wrkr;

import io.wrkr.QueueEngine.Handout;
import io.wrkr.QueueEngine.Load;
import io.wrkr.QueueEngine.Step;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Claims for one queue, on a thread of its own, whatever its engine says and when: at once, at the
 * next due instant, when hinted, when a slot is free again. Thread-safe.
 */
final class Poller {
  private final Bus bus;
  private final QueueOptions options;
  private final QueueEngine engine;
  private final Runners runners;
  private final Consumer<Handout> taker;
  private final Stage.Role role;
  private volatile boolean stopped;

  /** Creates one that asks the engine, under its monitor, and hands on to the taker. */
  Poller(
      Bus bus, QueueOptions options, QueueEngine engine, Runners runners, Consumer<Handout> taker) {
    this.bus = bus;
    this.options = options;
    this.engine = engine;
    this.runners = runners;
    this.taker = taker;
    // It keeps the JVM alive: a started bus works until it is stopped.
    this.role = bus.stage().role("wrkr-poller-" + options.name, true, this::poll);
  }

  void start() {
    role.start();
  }

  /** Makes it look again, since something else than the store may have changed. */
  void wake() {
    role.wake();
  }

  private long poll() {
    long now = nanos();
    long catchUp = runners.catchUp(now);
    Step step = next(now);
    if (step.full()) {
      // Asked for first, looked at again then, so that no slot frees unseen in between.
      runners.tellWhenWaiting(claimBelow());
      step = next(now);
    }
    if (step.claim() == 0) {
      return waitOf(step, catchUp);
    }
    claim(step.claim(), now);
    return 0;
  }

  /** Only a failure or handlers that are behind need this thread to look again by itself. */
  private long waitOf(Step step, long catchUp) {
    if (catchUp != Long.MAX_VALUE) {
      return Math.min(step.waitNanos(), catchUp);
    }
    synchronized (engine) {
      boolean backsOff = engine.isBackingOff() && !step.full();
      return backsOff ? step.waitNanos() : Stage.idle(step.waitNanos());
    }
  }

  private Step next(long now) {
    synchronized (engine) {
      engine.handled(runners.sampleMeanNanos());
      return engine.next(now, load());
    }
  }

  private int claimBelow() {
    synchronized (engine) {
      return engine.claimBelow();
    }
  }

  private Load load() {
    return options.manualAck ? new Load(0, engine.heldCount()) : runners.load();
  }

  private void claim(int max, long sentAt) {
    Claims claims;
    try {
      claims = bus.backend().claim(new ClaimRequest(options.name, max, options.lease));
    } catch (RuntimeException e) {
      synchronized (engine) {
        engine.claimFailed(nanos());
      }
      if (!stopped) {
        bus.notices().fault("claim " + options.name, e);
      }
      return;
    }
    Handout handout;
    synchronized (engine) {
      handout = engine.claimed(claims, max, sentAt, nanos(), load());
    }
    taker.accept(handout);
  }

  private long nanos() {
    return bus.stage().nanos();
  }

  /** Deliveries may have become ready. */
  void hint() {
    synchronized (engine) {
      engine.hint();
    }
    role.wake();
  }

  /** Deliveries may soon become ready. */
  void expect() {
    synchronized (engine) {
      engine.expect(nanos());
    }
    role.wake();
  }

  void paused(boolean paused) {
    synchronized (engine) {
      engine.paused(paused);
    }
    role.wake();
  }

  /** Claims nothing more; a claim that is under way is waited for at most this long. */
  void stop(Duration limit) {
    stopped = true;
    synchronized (engine) {
      engine.stop();
    }
    role.stop(limit);
  }
}
