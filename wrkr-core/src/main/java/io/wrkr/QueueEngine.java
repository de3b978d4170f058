package io.wrkr;

import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Decides for one queue of one instance what to claim, what to hand out, which leases to extend,
 * and how long to wait. Pure: no I/O, no thread, no clock, no lock; now comes in, decisions go out,
 * so that a simulator can run it by the million. All times are nanoseconds of one monotonic clock.
 *
 * <ol>
 *   <li><b>How much.</b> Free slots plus a reserve that lasts twice the claim's round trip at the
 *       measured handling rate (Little's law), at most {@value #MAX_RESERVE}: fast handlers get
 *       large batches, slow ones none. Claiming resumes when half of the reserve is used up; after
 *       too many that are not settled, when one of them is.
 *   <li><b>When.</b> At once after a claim that came back full and after a hint; at the next due
 *       instant the store named; {@value #BUSY_MILLIS} ms after a claim that found something; else
 *       after the time since something was found that nothing had told of, without hints a fifth of
 *       it, at least {@value #BUSY_MILLIS} ms, at most the idle interval, all with jitter: so that
 *       who comes regularly waits little. Polling is the truth, hints only shorten it, and what
 *       they tell of need not be looked for.
 *   <li><b>Gathering.</b> After a claim that brought {@value #MANY} or more, but not all it asked
 *       for, hints wait for {@value #GATHER_MILLIS} ms: fewer and larger claims cost less. Not
 *       where order is kept, where the next of a tid waits for the claim alone.
 *   <li><b>After a failure</b> the pause doubles up to {@value #MAX_BACKOFF_MILLIS} ms, and hints
 *       do not shorten it.
 *   <li><b>Suspects.</b> While a delivery is held whose previous attempt left no trace, there is no
 *       reserve: should it crash the process again, it takes few innocents along.
 *   <li><b>Leases</b> count from before the claim was sent, so this side's view ends first. They
 *       are extended when a third has passed, until the longest hold.
 * </ol>
 */
final class QueueEngine {
  static final int MAX_RESERVE = 1000;
  static final long BUSY_MILLIS = 50;
  static final int MANY = 32;
  static final long GATHER_MILLIS = 5;
  static final long MAX_BACKOFF_MILLIS = 5000;
  private static final long MILLI = 1_000_000L;
  private static final long NO_ROOM_WAIT = 1000 * MILLI;
  private static final int LOOKS_PER_QUIET = 5;

  /**
   * What does not change while a queue is worked on; {@code hints} if the backend gives any, {@code
   * ordered} if the queue keeps the order of a tid.
   */
  record Settings(
      Duration lease,
      Duration maxHold,
      Duration idle,
      boolean hints,
      boolean ordered,
      int maxClaim) {}

  /** How busy the handlers are: deliveries handed out but not begun, and begun but not ended. */
  record Load(int waiting, int running) {
    int total() {
      return waiting + running;
    }
  }

  /** Either a claim of this many, or, with none, a wait; {@code full} when it waits for a slot. */
  record Step(int claim, long waitNanos, boolean full) {}

  /** Claimed deliveries to hand out, and those to give back uncounted. */
  record Handout(List<Hold> start, List<Hold> giveBack) {}

  /**
   * A lease that this instance has; {@code lost} and {@code deadline} may be read by any thread.
   */
  static final class Hold {
    final ClaimedDelivery delivery;
    final long since;
    private final boolean suspect;
    private volatile long deadline;
    private volatile boolean lost;
    private volatile boolean settling;

    Hold(ClaimedDelivery delivery, long since, long deadline, boolean suspect) {
      this.delivery = delivery;
      this.since = since;
      this.deadline = deadline;
      this.suspect = suspect;
    }

    Lease lease() {
      return delivery.lease();
    }

    boolean isLost() {
      return lost;
    }

    /** A settlement is on its way: that the lease is gone may now be its own doing. */
    void settling() {
      settling = true;
    }

    /** Tells whether the lease, as this side sees it, still runs. */
    boolean isCurrent(long now) {
      return !lost && now - deadline < 0;
    }
  }

  private final Settings settings;
  private final RandomGenerator random;
  private final Map<Lease, Hold> held = new HashMap<>();
  private int slots;
  private int suspects;
  private boolean paused;
  private boolean stopped;
  private boolean hinted = true;
  private int failures;
  private long claimAt;

  /** The next claim is for something that the last one told of. */
  private boolean expected;

  /** The last claim had a reason to be made then. */
  private boolean told;

  /** When something was found without such a reason, which is why to look often. */
  private long foundAt;

  private long gatherUntil;
  private double handlingNanos = -1;
  private double claimNanos;

  QueueEngine(Settings settings, int slots, RandomGenerator random, long now) {
    this.settings = settings;
    this.slots = slots;
    this.random = random;
    this.foundAt = now;
    this.claimAt = now;
    this.gatherUntil = now;
  }

  // ---- when and how much to claim

  /** Says what to do now. */
  Step next(long now, Load load) {
    if (stopped || paused || isFull(load)) {
      return new Step(0, NO_ROOM_WAIT, true);
    }
    long wait = (hinted && failures == 0 ? Math.min(claimAt, gatherUntil) : claimAt) - now;
    if (wait > 0) {
      return new Step(0, wait, false);
    }
    told = settings.hints() && (hinted || expected);
    hinted = false;
    return new Step(Math.min(slots + reserve() - load.total(), settings.maxClaim()), 0, false);
  }

  private boolean isFull(Load load) {
    int reserve = reserve();
    return load.total() >= slots + reserve
        || (reserve > 0 && load.waiting() > reserve / 2)
        || held.size() >= mostHeld();
  }

  /** With so many that are not settled nothing more is claimed. */
  private int mostHeld() {
    return slots + MAX_RESERVE + 2 * settings.maxClaim();
  }

  /** Returns how many may wait at most when a claim is to be made again. */
  int claimBelow() {
    return reserve() / 2;
  }

  int reserve() {
    if (suspects > 0 || handlingNanos < 0) {
      return 0;
    }
    double perNano = slots / Math.max(handlingNanos, 1000);
    return (int) Math.min(MAX_RESERVE, perNano * 2 * claimNanos);
  }

  /** Takes the answer to a claim of {@code asked} that was sent at {@code sentAt}. */
  Handout claimed(Claims claims, int asked, long sentAt, long now, Load load) {
    failures = 0;
    claimNanos = average(claimNanos == 0 ? -1 : claimNanos, (double) (now - sentAt));
    List<Hold> got = new ArrayList<>(claims.deliveries().size());
    for (ClaimedDelivery delivery : claims.deliveries()) {
      got.add(hold(delivery, sentAt));
    }
    schedule(claims, asked, sentAt, now);
    return handout(got, load);
  }

  private Hold hold(ClaimedDelivery delivery, long sentAt) {
    boolean suspect = AttemptHistory.lostBefore(delivery.attempt(), delivery.history());
    Hold hold = new Hold(delivery, sentAt, sentAt + settings.lease().toNanos(), suspect);
    held.put(delivery.lease(), hold);
    suspects += suspect ? 1 : 0;
    return hold;
  }

  private void schedule(Claims claims, int asked, long sentAt, long now) {
    int got = claims.deliveries().size();
    expected = got >= asked;
    if (expected) {
      claimAt = now;
      return;
    }
    if (got > 0 && !told) {
      foundAt = now;
    }
    if (got >= MANY && !settings.ordered()) {
      gatherUntil = now + GATHER_MILLIS * MILLI;
    }
    // What was left over, or told of meanwhile and missed, does not wait for long.
    claimAt = now + jittered(got > 0 ? BUSY_MILLIS * MILLI : pause(now));
    claims.untilNextDue().ifPresent(due -> claimNoLaterThan(sentAt, due));
  }

  private long pause(long now) {
    long quiet = (now - foundAt) / (settings.hints() ? 1 : LOOKS_PER_QUIET);
    return Math.min(Math.max(quiet, BUSY_MILLIS * MILLI), settings.idle().toNanos());
  }

  private void claimNoLaterThan(long sentAt, Duration due) {
    if (due.compareTo(settings.idle()) < 0) {
      long at = sentAt + Math.max(0, due.toNanos());
      expected = at < claimAt;
      claimAt = Math.min(claimAt, at);
    }
  }

  private Handout handout(List<Hold> got, Load load) {
    if (stopped) {
      return new Handout(List.of(), got);
    }
    int keep = suspects == 0 ? got.size() : Math.max(1, slots - load.total());
    if (keep >= got.size()) {
      return new Handout(got, List.of());
    }
    return new Handout(got.subList(0, keep), got.subList(keep, got.size()));
  }

  /** Takes the failure of a claim. */
  void claimFailed(long now) {
    failures++;
    expected = false;
    long backoff = Math.min(MAX_BACKOFF_MILLIS, BUSY_MILLIS << Math.min(failures, 10)) * MILLI;
    claimAt = now + jittered(backoff);
  }

  /** Tells whether a claim failed and the next one waits for a while, whatever the hints. */
  boolean isBackingOff() {
    return failures > 0;
  }

  private long jittered(long nanos) {
    return (long) (nanos * (0.8 + 0.2 * random.nextDouble()));
  }

  /** Takes note that deliveries may have become ready. */
  void hint() {
    hinted = true;
  }

  /** Takes note that deliveries may soon become ready: polls as often as when busy. */
  void expect(long now) {
    foundAt = now;
    claimAt = Math.min(claimAt, now + jittered(BUSY_MILLIS * MILLI));
  }

  /** Takes note of how long handlers took of late; negative when none ended. */
  void handled(double meanNanos) {
    if (meanNanos >= 0) {
      handlingNanos = average(handlingNanos, meanNanos);
    }
  }

  private static double average(double before, double value) {
    return before < 0 ? value : 0.7 * before + 0.3 * value;
  }

  // ---- leases

  int heldCount() {
    return held.size();
  }

  Collection<Hold> held() {
    return held.values();
  }

  /** Returns the leases to extend now; all of them when {@code all}. */
  List<Lease> toExtend(long now, boolean all) {
    List<Lease> leases = new ArrayList<>();
    for (Hold hold : held.values()) {
      if ((all || extendAt(hold) - now <= 0) && now - hold.since < settings.maxHold().toNanos()) {
        leases.add(hold.lease());
      }
    }
    return leases;
  }

  /** Returns how long until the next lease is to be extended, at most a third of a lease. */
  long untilExtension(long now) {
    long wait = settings.lease().toNanos() / 3;
    for (Hold hold : held.values()) {
      if (now - hold.since < settings.maxHold().toNanos()) {
        wait = Math.min(wait, extendAt(hold) - now);
      }
    }
    return Math.max(wait, 0);
  }

  private long extendAt(Hold hold) {
    return hold.deadline - settings.lease().toNanos() * 2 / 3;
  }

  /** Takes the answer to an extension sent at {@code sentAt}; returns what turned out lost. */
  List<Hold> extended(
      Collection<Lease> asked, Collection<Lease> stillHeld, Duration lease, long sentAt) {
    Set<Lease> kept = new HashSet<>(stillHeld);
    List<Hold> lost = new ArrayList<>();
    for (Lease each : asked) {
      Hold hold = held.get(each);
      if (hold == null) {
        continue;
      }
      if (kept.contains(each)) {
        hold.deadline = sentAt + lease.toNanos();
      } else if (!hold.settling) {
        hold.lost = true;
        end(hold);
        lost.add(hold);
      }
    }
    return lost;
  }

  /**
   * Forgets a lease that was settled, lost or given up; tells whether that made room for a claim
   * where there were too many leases for one.
   */
  boolean end(Hold hold) {
    if (held.remove(hold.lease()) == null) {
      return false;
    }
    suspects -= hold.suspect ? 1 : 0;
    return held.size() == mostHeld() - 1;
  }

  // ---- control

  void slots(int slots) {
    this.slots = slots;
  }

  void paused(boolean paused) {
    this.paused = paused;
    hinted = true;
  }

  void stop() {
    stopped = true;
  }
}
