package io.wrkr;

import io.wrkr.QueueEngine.Handout;
import io.wrkr.QueueEngine.Hold;
import io.wrkr.QueueEngine.Load;
import io.wrkr.QueueEngine.Settings;
import io.wrkr.QueueEngine.Step;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Opens the engine, which is package-private, to the simulation. Adds nothing to it. */
public final class EngineBridge {
  private final QueueEngine engine;

  /** What an engine is set up with. */
  public record Setup(
      Duration lease,
      Duration maxHold,
      Duration idle,
      boolean hints,
      boolean ordered,
      int maxClaim,
      int slots) {}

  /** A claim of this many, or else a wait. */
  public record Decision(int claim, long waitNanos, boolean full) {}

  /** What a claim brought: to be handled, and to be given back. */
  public record Taken(List<Held> start, List<Held> giveBack) {}

  /** A lease that the engine keeps. */
  public static final class Held {
    private final Hold hold;

    private Held(Hold hold) {
      this.hold = hold;
    }

    /** Returns what is held. */
    public ClaimedDelivery delivery() {
      return hold.delivery;
    }

    /** Tells whether the lease still runs, as this side sees it. */
    public boolean isCurrent(long now) {
      return hold.isCurrent(now);
    }

    /** Takes note that a settlement is on its way. */
    public void settling() {
      hold.settling();
    }
  }

  /** Creates an engine. */
  public EngineBridge(Setup setup, RandomGenerator random, long now) {
    Settings settings =
        new Settings(
            setup.lease(),
            setup.maxHold(),
            setup.idle(),
            setup.hints(),
            setup.ordered(),
            setup.maxClaim());
    engine = new QueueEngine(settings, setup.slots(), random, now);
  }

  /** Says what to do now. */
  public Decision next(long now, int waiting, int running, double meanNanos) {
    engine.handled(meanNanos);
    Step step = engine.next(now, new Load(waiting, running));
    return new Decision(step.claim(), step.waitNanos(), step.full());
  }

  /** Returns how many may wait at most when a claim is to be made again. */
  public int claimBelow() {
    return engine.claimBelow();
  }

  /** Takes the answer to a claim. */
  public Taken claimed(Claims claims, int asked, long sentAt, long now, int total) {
    Handout handout = engine.claimed(claims, asked, sentAt, now, new Load(0, total));
    return new Taken(held(handout.start()), held(handout.giveBack()));
  }

  /** Takes the failure of a claim. */
  public void claimFailed(long now) {
    engine.claimFailed(now);
  }

  /** Takes note that deliveries may have become ready. */
  public void hint() {
    engine.hint();
  }

  /** Returns the leases to extend now. */
  public List<Lease> toExtend(long now) {
    return engine.toExtend(now, false);
  }

  /** Returns how long until the next extension. */
  public long untilExtension(long now) {
    return engine.untilExtension(now);
  }

  /** Returns how many leases the engine keeps. */
  public int heldCount() {
    return engine.heldCount();
  }

  /** Takes the answer to an extension and returns how many leases turned out lost. */
  public int extended(
      Collection<Lease> asked, Collection<Lease> held, Duration lease, long sentAt) {
    return engine.extended(asked, held, lease, sentAt).size();
  }

  /** Forgets a lease; tells whether that made room for a claim. */
  public boolean end(Held held) {
    return engine.end(held.hold);
  }

  /** Sets the concurrency. */
  public void slots(int slots) {
    engine.slots(slots);
  }

  /** Stops or resumes claiming for a while. */
  public void paused(boolean paused) {
    engine.paused(paused);
  }

  /** Claims nothing more. */
  public void stop() {
    engine.stop();
  }

  /** Returns the policy's wait after an attempt, or empty after the last. */
  public static Optional<Duration> waitAfter(RetryPolicy policy, int attempt, double random) {
    return policy.waitAfter(attempt, random);
  }

  /** Returns the history with one more failed attempt, as a worker writes it. */
  public static String history(String before, int attempt, Instant at, String why) {
    return AttemptHistory.add(before, attempt, at, why);
  }

  private List<Held> held(List<Hold> holds) {
    return holds.stream().map(hold -> new Held(hold)).toList();
  }
}
