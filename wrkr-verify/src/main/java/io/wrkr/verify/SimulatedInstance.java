package io.wrkr.verify;

import io.wrkr.Archive;
import io.wrkr.EngineBridge;
import io.wrkr.EngineBridge.Decision;
import io.wrkr.EngineBridge.Held;
import io.wrkr.EngineBridge.Taken;
import io.wrkr.RetryPolicy;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.verify.Link.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One instance working on one queue: the real engine, with the threads around it played by tasks of
 * the event loop. Poller, runners, settler and renewer do what those of the core do, each waiting
 * for its own calls only.
 */
final class SimulatedInstance {
  private static final long LONGEST_SETTLE_PAUSE = 500 * Knobs.MILLI;

  private final class Item {
    final Settlement settlement;
    final Held held;
    final long since = loop.now();
    boolean unknown;

    Item(Settlement settlement, Held held) {
      this.settlement = settlement;
      this.held = held;
    }
  }

  private final EventLoop loop;
  private final Host host;
  private final Link link;
  private final Recorder recorder;
  private final Knobs knobs;
  private final SplittableRandom random;
  private final Sometimes.Counts sometimes;
  private final Function<ClaimedDelivery, @Nullable OutgoingEvent> followUp;
  private final RetryPolicy policy;
  private final String queue;
  private final Duration lease;
  private final long settlePatience;
  private final EngineBridge engine;
  private final Deque<Held> waiting = new ArrayDeque<>();
  private final Deque<Item> settling = new ArrayDeque<>();
  private final Set<Lease> holding = new HashSet<>();
  private int concurrency;
  private int running;
  private int wakeBelow = -1;
  private long pollTimer;
  private boolean polling;
  private boolean renewing;
  private boolean settlerBusy;
  private int settleLimit;
  private long settlePause = 10 * Knobs.MILLI;
  private long handled;
  private long handlingNanos;
  private boolean calm;
  private boolean stopped;

  /** What an instance shares with its simulation. */
  record World(
      EventLoop loop,
      Knobs knobs,
      Sometimes.Counts sometimes,
      Function<ClaimedDelivery, @Nullable OutgoingEvent> followUp) {}

  SimulatedInstance(
      World world, String queue, Host host, Link link, Recorder recorder, SplittableRandom random) {
    this.loop = world.loop();
    this.knobs = world.knobs();
    this.sometimes = world.sometimes();
    this.followUp = world.followUp();
    this.queue = queue;
    this.host = host;
    this.link = link;
    this.recorder = recorder;
    this.random = random;
    this.lease = Duration.ofNanos(knobs.lease() * 1_000);
    this.settlePatience = knobs.seed() % 4 == 0 ? 0 : 10_000 * Knobs.MILLI;
    this.concurrency = knobs.concurrency();
    this.settleLimit = knobs.maxClaim();
    this.policy =
        RetryPolicy.exponential()
            .maxAttempts(knobs.maxAttempts())
            .firstDelay(lease.dividedBy(4))
            .maxDelay(lease.multipliedBy(4));
    EngineBridge.Setup setup =
        new EngineBridge.Setup(
            lease,
            lease.multipliedBy(20),
            Duration.ofNanos(knobs.idle() * 1_000),
            knobs.seed() % 2 == 0,
            knobs.ordered(),
            knobs.maxClaim(),
            concurrency);
    this.engine = new EngineBridge(setup, random.split(), now());
    wake();
  }

  Host host() {
    return host;
  }

  boolean isHandling() {
    return running > 0;
  }

  boolean isHolding() {
    return !holding.isEmpty();
  }

  /** From now on handlers succeed, quickly. */
  void calm() {
    calm = true;
  }

  private long now() {
    return loop.now() * 1_000;
  }

  // ---- poller

  private void wake() {
    if (!polling) {
      pollAfter(0);
    }
  }

  private void pollAfter(long micros) {
    long timer = ++pollTimer;
    host.after(
        micros,
        () -> {
          if (timer == pollTimer && !polling) {
            poll();
          }
        });
  }

  private void poll() {
    double mean = handled == 0 ? -1 : (double) handlingNanos / handled;
    handled = 0;
    handlingNanos = 0;
    Decision decision = engine.next(now(), waiting.size(), running, mean);
    wakeBelow = decision.full() ? engine.claimBelow() : -1;
    if (decision.claim() == 0) {
      pollAfter(1 + decision.waitNanos() / 1_000);
      return;
    }
    polling = true;
    int asked = decision.claim();
    long sentAt = now();
    link.claim(
        new ClaimRequest(queue, asked, lease),
        answer -> {
          polling = false;
          claimed(answer, asked, sentAt);
          pollAfter(0);
        });
  }

  private void claimed(Answer<Claims> answer, int asked, long sentAt) {
    if (answer.value() == null) {
      sometimes.hit(Sometimes.CLAIM_FAILED);
      engine.claimFailed(now());
      return;
    }
    int got = answer.value().deliveries().size();
    if (got >= asked) {
      sometimes.hit(Sometimes.CLAIM_CAME_FULL);
    } else if (got == 0) {
      sometimes.hit(Sometimes.CLAIM_CAME_EMPTY);
    }
    int load = waiting.size() + running;
    Taken taken = engine.claimed(answer.value(), asked, sentAt, now(), load);
    for (Held held : taken.giveBack()) {
      sometimes.hit(stopped ? Sometimes.STOP_GAVE_BACK : Sometimes.CLAIM_GAVE_BACK_SUSPECTS);
      settle(new Settlement.Release(held.delivery().lease(), Duration.ZERO), held);
    }
    for (Held held : taken.start()) {
      holding.add(held.delivery().lease());
      if (held.delivery().attempt() > knobs.maxAttempts()) {
        sometimes.hit(Sometimes.LAST_ATTEMPT_LOST);
        settle(new Settlement.DeadLetter(held.delivery().lease(), "the last was lost"), held);
      } else {
        waiting.add(held);
      }
    }
    runMore();
    renewWhileHeld();
    if (!waiting.isEmpty()) {
      sometimes.hit(Sometimes.RESERVE_WAITED);
    }
  }

  // ---- runners

  private void runMore() {
    while (running < concurrency && !waiting.isEmpty()) {
      Held next = waiting.remove();
      running++;
      host.after(random.nextInt(20), () -> start(next));
    }
    if (waiting.size() <= wakeBelow) {
      wakeBelow = -1;
      wake();
    }
  }

  private void start(Held held) {
    if (!held.isCurrent(now())) {
      sometimes.hit(Sometimes.LEASE_ENDED_BEFORE_START);
      settle(new Settlement.Release(held.delivery().lease(), Duration.ZERO), held);
      ended(loop.now());
      return;
    }
    long begun = loop.now();
    long run = recorder.handlerStarted(held.delivery().lease(), held.delivery().attempt());
    boolean hangs = !calm && random.nextInt(40) == 0;
    if (hangs) {
      sometimes.hit(Sometimes.HANDLER_HUNG);
    }
    long time = calm ? 100 : 1 + random.nextLong(1 + knobs.handling()) * (hangs ? 30 : 1);
    host.after(time, () -> end(held, run, begun));
  }

  private void end(Held held, long run, long begun) {
    boolean good = calm || random.nextDouble() >= knobs.failures();
    if (!held.isCurrent(now())) {
      sometimes.hit(Sometimes.LEASE_ENDED_UNDER_HANDLER);
    }
    boolean givesUp = !good && random.nextInt(10) == 0;
    recorder.handlerEnded(run, good, givesUp);
    settle(good ? ack(held.delivery()) : failed(held.delivery(), givesUp), held);
    ended(begun);
  }

  private void ended(long begun) {
    running--;
    handled++;
    handlingNanos += (loop.now() - begun) * 1_000;
    runMore();
    wake();
  }

  private Settlement ack(ClaimedDelivery delivery) {
    OutgoingEvent child = followUp.apply(delivery);
    if (child != null) {
      sometimes.hit(Sometimes.FOLLOW_UP_PUBLISHED);
    }
    if (delivery.attempt() > 1) {
      sometimes.hit(Sometimes.RETRIED_TO_SUCCESS);
    }
    List<OutgoingEvent> followUps = child == null ? List.of() : List.of(child);
    return new Settlement.Ack(delivery.lease(), Archive.delete(), followUps);
  }

  private Settlement failed(ClaimedDelivery delivery, boolean givesUp) {
    sometimes.hit(Sometimes.HANDLER_THREW);
    var wait = EngineBridge.waitAfter(policy, delivery.attempt(), random.nextDouble());
    if (wait.isEmpty() || givesUp) {
      sometimes.hit(Sometimes.LAST_ATTEMPT_FAILED);
      return new Settlement.DeadLetter(delivery.lease(), "gave up");
    }
    String history =
        EngineBridge.history(delivery.history(), delivery.attempt(), EventLoop.EPOCH, "it threw");
    return new Settlement.Retry(delivery.lease(), wait.get(), history);
  }

  // ---- settler

  private void settle(Settlement settlement, Held held) {
    held.settling();
    settling.add(new Item(settlement, held));
    settleMore();
  }

  private void settleMore() {
    if (settlerBusy || settling.isEmpty()) {
      return;
    }
    settlerBusy = true;
    host.after(random.nextInt(10), this::settleBatch);
  }

  private void settleBatch() {
    List<Item> batch = new ArrayList<>();
    while (batch.size() < settleLimit && !settling.isEmpty()) {
      batch.add(settling.remove());
    }
    link.settle(
        batch.stream().map(item -> item.settlement).toList(), answer -> settled(batch, answer));
  }

  private void settled(List<Item> batch, Answer<List<Lease>> answer) {
    if (answer.failure() != null) {
      notSettled(batch, answer.failure().outcome() == Outcome.UNKNOWN);
      return;
    }
    Set<Lease> refused = new HashSet<>(answer.value() == null ? List.of() : answer.value());
    for (Item item : batch) {
      if (refused.contains(item.settlement.lease()) && !item.unknown) {
        sometimes.hit(Sometimes.ZOMBIE_ACK_REFUSED);
      }
      told(item);
    }
    settleLimit = Math.min(knobs.maxClaim(), 2 * settleLimit);
    settlePause = 10 * Knobs.MILLI;
    settlerBusy = false;
    settleMore();
  }

  private void notSettled(List<Item> batch, boolean unknown) {
    settleLimit = Math.max(1, batch.size() / 4);
    for (int i = batch.size() - 1; i >= 0; i--) {
      Item item = batch.get(i);
      item.unknown |= unknown;
      if (loop.now() - item.since > settlePatience) {
        sometimes.hit(Sometimes.SETTLE_GIVEN_UP);
        told(item);
      } else {
        sometimes.hit(Sometimes.SETTLE_REPEATED);
        settling.addFirst(item);
      }
    }
    settlePause = Math.min(2 * settlePause, LONGEST_SETTLE_PAUSE);
    host.after(
        batch.size() == 1 ? settlePause : 1,
        () -> {
          settlerBusy = false;
          settleMore();
        });
  }

  private void told(Item item) {
    boolean roomMade = engine.end(item.held);
    holding.remove(item.settlement.lease());
    if (!(item.settlement instanceof Settlement.Ack)) {
      engine.hint();
      wake();
    } else if (roomMade) {
      wake();
    }
  }

  // ---- renewer

  /** Unlike the core's, it sleeps while nothing is held: that saves the simulation most steps. */
  private void renewWhileHeld() {
    if (!renewing && engine.heldCount() > 0) {
      renewing = true;
      renewAfter(1 + engine.untilExtension(now()) / 1_000);
    }
  }

  private void renewAfter(long micros) {
    host.after(micros, this::renew);
  }

  private void renew() {
    List<Lease> leases = engine.toExtend(now());
    if (leases.isEmpty()) {
      renewing = false;
      renewWhileHeld();
      return;
    }
    long sentAt = now();
    link.extend(
        leases,
        lease,
        answer -> {
          if (answer.value() == null) {
            sometimes.hit(Sometimes.EXTEND_FAILED);
            renewAfter(200 * Knobs.MILLI);
            return;
          }
          sometimes.hit(Sometimes.LEASE_EXTENDED);
          if (engine.extended(leases, answer.value(), lease, sentAt) > 0) {
            sometimes.hit(Sometimes.EXTEND_REFUSED);
          }
          holding.retainAll(stillHeld(leases, answer.value()));
          renewing = false;
          renewWhileHeld();
        });
  }

  private Set<Lease> stillHeld(List<Lease> asked, List<Lease> kept) {
    Set<Lease> still = new HashSet<>(holding);
    still.removeAll(asked);
    still.addAll(kept);
    return still;
  }

  // ---- control

  void hint() {
    engine.hint();
    wake();
  }

  void changeConcurrency(int slots) {
    sometimes.hit(Sometimes.CONCURRENCY_CHANGED);
    concurrency = slots;
    engine.slots(slots);
    runMore();
    wake();
  }

  void pauseQueue(long micros) {
    sometimes.hit(Sometimes.QUEUE_PAUSED);
    engine.paused(true);
    host.after(
        micros,
        () -> {
          engine.paused(false);
          wake();
        });
  }

  /** Claims nothing more, and gives back what has not begun. */
  void stop() {
    stopped = true;
    sometimes.hit(Sometimes.INSTANCE_STOPPED);
    engine.stop();
    while (!waiting.isEmpty()) {
      Held held = waiting.remove();
      sometimes.hit(Sometimes.STOP_GAVE_BACK);
      settle(new Settlement.Release(held.delivery().lease(), Duration.ZERO), held);
    }
  }
}
