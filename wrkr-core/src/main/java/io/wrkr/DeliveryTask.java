package io.wrkr;

import io.wrkr.QueueEngine.Hold;
import io.wrkr.WrkrListener.Outcome;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One delivery in this process, from claim to settlement. The first settlement wins, whoever makes
 * it: the handler, its return, its failure, the time limit, or the stop of the bus.
 */
final class DeliveryTask implements Delivery {
  private static final ThreadLocal<@Nullable DeliveryTask> CURRENT = new ThreadLocal<>();

  private final Worker worker;
  private final Hold hold;
  private final ClaimedDelivery claimed;
  private final Event event;
  private final AtomicReference<@Nullable Settlement> settlement = new AtomicReference<>();
  private final List<OutgoingEvent> followUps = new ArrayList<>();
  private final AtomicInteger ordinal = new AtomicInteger();
  private volatile @Nullable PayloadException undecodable;

  DeliveryTask(Worker worker, Hold hold) {
    this.worker = worker;
    this.hold = hold;
    this.claimed = hold.delivery;
    this.event = worker.received(claimed);
  }

  /** Returns the delivery that this thread is handling. */
  static @Nullable DeliveryTask current() {
    return CURRENT.get();
  }

  static void current(@Nullable DeliveryTask task) {
    if (task == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(task);
    }
  }

  Hold hold() {
    return hold;
  }

  Worker worker() {
    return worker;
  }

  boolean isSettled() {
    return settlement.get() != null;
  }

  // ---- the ways in which a handling ends

  /** The handler returned. */
  void returned() {
    if (!worker.isManual()) {
      settleLater(ackNow());
    }
  }

  /** The handler threw, or ran out of time. */
  void failed(Throwable failure) {
    settleLater(isHopeless(failure) ? givenUp(failure) : retried(failure));
  }

  /** Not begun, or broken off by the end of the grace period. */
  void giveBack() {
    settleLater(new Settlement.Release(hold.lease(), Duration.ZERO));
  }

  /** Given back for this time because no handler of this process matches. */
  void unhandled(Duration wait) {
    settleLater(new Settlement.Release(hold.lease(), wait));
  }

  /** Dead-lettered before the handler sees it, if the last attempt was lost. */
  boolean isUsedUp() {
    int max = worker.policy().maxAttempts();
    if (claimed.attempt() <= max) {
      return false;
    }
    String why = "gave up after " + max + " attempts: the last one was lost with its worker";
    settleLater(
        new Settlement.DeadLetter(hold.lease(), AttemptHistory.reason(why, claimed.history())));
    return true;
  }

  private boolean isHopeless(Throwable failure) {
    return failure == undecodable || worker.policy().givesUpOn(failure);
  }

  private Settlement givenUp(Throwable failure) {
    return deadLettered(Failures.summary(failure), failure);
  }

  private Settlement retried(Throwable failure) {
    String history = AttemptHistory.add(claimed.history(), attempt(), worker.now(), failure);
    return retried(history)
        .orElseGet(() -> deadLettered(gaveUp() + Failures.summary(failure), failure));
  }

  private String gaveUp() {
    return "gave up after " + attempt() + (attempt() == 1 ? " attempt: " : " attempts: ");
  }

  private Optional<Settlement> retried(String history) {
    return worker
        .waitAfter(attempt())
        .map(wait -> new Settlement.Retry(hold.lease(), wait, history));
  }

  private Settlement deadLettered(String why, Throwable failure) {
    String history = AttemptHistory.add(claimed.history(), attempt(), worker.now(), failure);
    return new Settlement.DeadLetter(hold.lease(), AttemptHistory.reason(why, history));
  }

  private Settlement ackNow() {
    synchronized (followUps) {
      return new Settlement.Ack(hold.lease(), worker.archive(), List.copyOf(followUps));
    }
  }

  private void settleLater(Settlement end) {
    if (settlement.compareAndSet(null, end)) {
      worker.settleLater(this, end);
    }
  }

  private boolean settleNow(Settlement end) {
    return settlement.compareAndSet(null, end) && worker.settleNow(this, end);
  }

  static Outcome outcome(Settlement settlement) {
    if (settlement instanceof Settlement.Ack) {
      return Outcome.ACKED;
    }
    if (settlement instanceof Settlement.Retry) {
      return Outcome.RETRIED;
    }
    return settlement instanceof Settlement.Release ? Outcome.RELEASED : Outcome.DEAD_LETTERED;
  }

  // ---- what the handler sees

  @Override
  public String id() {
    return claimed.event().id() + "/" + queue();
  }

  @Override
  public Event event() {
    return event;
  }

  @Override
  public String queue() {
    return hold.lease().queue();
  }

  @Override
  public String name() {
    return event.name();
  }

  @Override
  public Optional<String> tid() {
    return event.tid();
  }

  @Override
  public <T> @Nullable T payload(Class<T> type) {
    try {
      return event.payload(type);
    } catch (PayloadException e) {
      undecodable = e;
      throw e;
    }
  }

  @Override
  public int attempt() {
    return claimed.attempt();
  }

  @Override
  public Instant due() {
    return claimed.due();
  }

  @Override
  public Instant publishedAt() {
    return claimed.publishedAt();
  }

  @Override
  public long fencingToken() {
    return hold.lease().token();
  }

  @Override
  public boolean ack() {
    return settleNow(ackNow());
  }

  @Override
  public boolean retry() {
    String why = "the handler asked for a retry";
    String history = AttemptHistory.add(claimed.history(), attempt(), worker.now(), why);
    return settleNow(
        retried(history)
            .orElseGet(
                () ->
                    new Settlement.DeadLetter(
                        hold.lease(), AttemptHistory.reason(gaveUp() + why, history))));
  }

  @Override
  public boolean retry(Duration after) {
    worker.requireRetryDelay("retry", after);
    if (attempt() >= worker.policy().maxAttempts()) {
      return retry();
    }
    String history =
        AttemptHistory.add(
            claimed.history(), attempt(), worker.now(), "the handler asked for a retry");
    return settleNow(new Settlement.Retry(hold.lease(), after, history));
  }

  @Override
  public boolean release(Duration after) {
    worker.requireRetryDelay("release", after);
    return settleNow(new Settlement.Release(hold.lease(), after));
  }

  @Override
  public boolean deadLetter(String reason) {
    return settleNow(
        new Settlement.DeadLetter(hold.lease(), AttemptHistory.reason(reason, claimed.history())));
  }

  @Override
  public boolean extend(Duration lease) {
    return !isSettled() && worker.extend(hold, lease);
  }

  @Override
  public boolean isLost() {
    return hold.isLost();
  }

  @Override
  public void followUp(Event followUp) {
    // Encoded outside the lock, since the codec is the user's.
    OutgoingEvent encoded =
        worker.encodeFollowUp(lineage(followUp), Ids.followUp(id(), ordinal.incrementAndGet()));
    synchronized (followUps) {
      if (isSettled()) {
        throw new IllegalStateException(
            "Delivery " + id() + " is already settled: add follow-ups before the ack");
      }
      followUps.add(encoded);
    }
  }

  /** Returns the event with this delivery's event as parent, and its correlation. */
  Event lineage(Event child) {
    if (name().startsWith(Names.INTERNAL)) {
      return child;
    }
    String id = claimed.event().id();
    return child.lineage(
        child.parent().orElse(id), child.correlation().orElse(event.correlation().orElse(id)));
  }

  @Override
  public String toString() {
    return "Delivery " + id() + ", attempt " + attempt();
  }
}
