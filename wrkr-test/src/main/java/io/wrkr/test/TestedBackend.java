package io.wrkr.test;

import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Replay;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.Wakeups;
import io.wrkr.test.Fakes.Call;
import io.wrkr.test.Fakes.Fake;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory backend of a bus under test: keeps the {@link Journal}, does what {@link Fakes} ask
 * for, and remembers when each queue has something due next, so that the clock can jump there.
 */
final class TestedBackend
    implements Backend, Inspector, Replay, Wakeups, Clocked, ManualStage.Waiting {
  private static final long NEVER = Long.MAX_VALUE;

  private final MemoryBackend target;
  private final ManualStage stage;
  private final Journal journal;
  private final Fakes fakes;
  private final Runnable beforePublish;
  private final Map<String, Long> nextDue = new ConcurrentHashMap<>();
  private final Map<String, Runnable> hints = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private final AtomicInteger allowance = new AtomicInteger(Integer.MAX_VALUE);

  TestedBackend(ManualStage stage, Journal journal, Fakes fakes, Runnable beforePublish) {
    this(MemoryBackend.create(), stage, journal, fakes, beforePublish);
  }

  /** Creates one beside others on a store that they share. */
  TestedBackend(
      MemoryBackend target,
      ManualStage stage,
      Journal journal,
      Fakes fakes,
      Runnable beforePublish) {
    this.target = target;
    this.stage = stage;
    this.journal = journal;
    this.fakes = fakes;
    this.beforePublish = beforePublish;
  }

  /** Returns when, after now, something that this bus handles is due next. */
  @Override
  public long nextDue() {
    long now = stage.nanos();
    long next = NEVER;
    for (long due : nextDue.values()) {
      next = due > now ? Math.min(next, due) : next;
    }
    return next;
  }

  @Override
  public void tellDue() {
    long now = stage.nanos();
    nextDue.forEach(
        (queue, due) -> {
          if (due <= now) {
            again(queue);
          }
        });
  }

  /** Returns how many deliveries are not due yet. */
  long scheduled() {
    return closed
        ? 0
        : target.stats().stream()
            .filter(stats -> !Journal.isInternal(stats.queue()))
            .mapToLong(QueueStats::scheduled)
            .sum();
  }

  /** Lets this many deliveries be claimed, and has all workers look; returns how many were. */
  int allow(int deliveries, Runnable meanwhile) {
    allowance.set(deliveries);
    try {
      hints.values().forEach(Runnable::run);
      meanwhile.run();
      return deliveries - allowance.get();
    } finally {
      allowance.set(Integer.MAX_VALUE);
      hints.values().forEach(Runnable::run);
    }
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    beforePublish.run();
    Fake fake = fakes.take(Call.PUBLISH, "");
    if (fake == Fake.FAIL) {
      journal.fake("a publish fails");
      throw new BackendException(Outcome.FATAL, "the test asked for a failure", null);
    }
    List<Receipt> receipts = target.publish(events);
    for (int i = 0; i < events.size(); i++) {
      journal.published(events.get(i), receipts.get(i).queues(), receipts.get(i).duplicate());
    }
    if (fake == Fake.LOSE_ANSWER) {
      journal.fake("the answer to a publish is lost");
      throw new BackendException(Outcome.UNKNOWN, "the test asked for a lost answer", null);
    }
    return receipts;
  }

  @Override
  public Claims claim(ClaimRequest request) {
    String queue = request.queue();
    int max = Math.min(request.max(), allowance.get());
    if (max == 0) {
      return Claims.NONE;
    }
    Claims claims = target.claim(new ClaimRequest(queue, max, request.lease()));
    Fake fake = claims.deliveries().isEmpty() ? null : fakes.take(Call.CLAIM, queue);
    if (fake == Fake.FAIL) {
      claims.deliveries().forEach(each -> target.settle(List.of(givenBack(each))));
      journal.fake("a claim of " + queue + " fails");
      throw new BackendException(Outcome.FAILED, "the test asked for a failure", null);
    }
    remember(queue, claims);
    if (fake == Fake.CRASH) {
      journal.fake("the worker of " + queue + " crashes with " + claims.deliveries().size());
      again(queue);
      return Claims.NONE;
    }
    List<ClaimedDelivery> handedOut = new ArrayList<>(claims.deliveries());
    fakes.shuffle(handedOut);
    return new Claims(handedOut, claims.untilNextDue());
  }

  private static Settlement givenBack(ClaimedDelivery delivery) {
    return new Settlement.Release(delivery.lease(), Duration.ZERO);
  }

  private void remember(String queue, Claims claims) {
    if (allowance.get() != Integer.MAX_VALUE) {
      allowance.addAndGet(-claims.deliveries().size());
    }
    claims.deliveries().forEach(journal::claimed);
    nextDue.put(
        queue, claims.untilNextDue().map(until -> stage.nanos() + until.toNanos()).orElse(NEVER));
  }

  /** Has the queue claimed again, which tells when leases left behind end. */
  private void again(String queue) {
    Runnable hint = hints.get(queue);
    if (hint != null) {
      hint.run();
    }
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    settlements.forEach(this::failIfAsked);
    List<Lease> refused = new ArrayList<>();
    for (Settlement settlement : settlements) {
      if (!settle(settlement)) {
        refused.add(settlement.lease());
      }
    }
    return refused;
  }

  /** Before any is applied: a call that failed has done nothing. */
  private void failIfAsked(Settlement settlement) {
    String queue = settlement.lease().queue();
    if (fakes.take(Call.SETTLE, queue, Fake.FAIL)) {
      journal.fake("a settlement of " + queue + " fails");
      throw new BackendException(Outcome.FAILED, "the test asked for a failure", null);
    }
  }

  private boolean settle(Settlement settlement) {
    String queue = settlement.lease().queue();
    Fake fake = settlement instanceof Settlement.Ack ? fakes.take(Call.SETTLE, queue) : null;
    if (fake == Fake.CRASH) {
      journal.fake("the worker of " + queue + " crashes before its ack");
      again(queue);
      return false;
    }
    if (!target.settle(List.of(toStore(settlement, fake == Fake.DUPLICATE))).isEmpty()) {
      return false;
    }
    journal.settled(settlement);
    publishedWith(settlement);
    return true;
  }

  private Settlement toStore(Settlement settlement, boolean duplicate) {
    if (!duplicate) {
      return settlement;
    }
    journal.fake("a delivery of " + settlement.lease().queue() + " comes once more");
    again(settlement.lease().queue());
    return new Settlement.Retry(settlement.lease(), Duration.ZERO, "");
  }

  private void publishedWith(Settlement settlement) {
    if (settlement instanceof Settlement.Ack ack) {
      for (OutgoingEvent followUp : ack.followUps()) {
        journal.published(followUp, queues(followUp.event().name()), false);
      }
    }
  }

  private List<String> queues(String name) {
    return target.subscriptions().stream()
        .filter(each -> Pattern.of(each.pattern()).matches(name))
        .map(Subscription::queue)
        .distinct()
        .toList();
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    hints.put(queue, hint);
    Registration registration = target.onArrival(queue, hint);
    return () -> {
      hints.remove(queue, hint);
      registration.close();
    };
  }

  // ---- handed on as it is

  @Override
  public void useClock(InstantSource clock) {
    target.useClock(clock);
  }

  @Override
  public Capabilities capabilities() {
    return target.capabilities();
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    target.subscribe(subscription, ordered);
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return target.unsubscribe(subscription);
  }

  @Override
  public List<Subscription> subscriptions() {
    return target.subscriptions();
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return target.extend(leases, lease);
  }

  @Override
  public int prune(int max) {
    return target.prune(max);
  }

  @Override
  public Page find(Query query) {
    return target.find(query);
  }

  @Override
  public List<QueueStats> stats() {
    return target.stats();
  }

  @Override
  public long cancel(Query query) {
    return target.cancel(query);
  }

  @Override
  public long reschedule(Query query, Instant due) {
    return target.reschedule(query, due);
  }

  @Override
  public long redrive(Query query) {
    return target.redrive(query);
  }

  @Override
  public long discard(Query query) {
    return target.discard(query);
  }

  @Override
  public boolean deleteQueue(String queue) {
    return target.deleteQueue(queue);
  }

  @Override
  public long replay(String queue, Instant from, Instant to) {
    return target.replay(queue, from, to);
  }

  @Override
  public void close() {
    closed = true;
    target.close();
  }
}
