package io.wrkr.verify;

import io.wrkr.DeliveryInfo;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what one process does, as seen by that process. Thread-safe.
 *
 * <p>Each operation is written when it is invoked, and again when its answer is known; the number
 * that the first call returns ties the two. An operation whose answer never comes simply stays
 * without completion. Instants of the store's clock are in microseconds since the epoch.
 */
final class Recorder {
  private final Journal journal;
  private final TimeLine time;
  private final int process;

  Recorder(Journal journal, TimeLine time, int process) {
    this.journal = journal;
    this.time = time;
    this.process = process;
  }

  long publishing(List<OutgoingEvent> events, boolean atomic) {
    long first = journal.reserve(events.size());
    for (int i = 0; i < events.size(); i++) {
      write(publication(events.get(i), first + i).item(i).flags(atomic ? Entry.ATOMIC : 0));
    }
    return first;
  }

  /** Who uses an id for the first time is not told of duplicates by every backend. */
  void published(long first, List<OutgoingEvent> events, List<Receipt> receipts) {
    for (int i = 0; i < receipts.size(); i++) {
      Receipt receipt = receipts.get(i);
      Entry entry = Entry.complete(Op.PUB, first + i, Outcome.OK);
      write(
          entry
              .attempt(receipt.queues().size())
              .value(micros(receipt.due()))
              .flags(receipt.duplicate() ? Entry.DUPLICATE : 0)
              .flags(events.get(i).freshId() ? Entry.UNTOLD : 0));
    }
  }

  long subscribing(Op op, Subscription subscription) {
    long seq = journal.reserve(1);
    write(
        Entry.invoke(op, seq)
            .queue(journal.text(subscription.queue()))
            .name(journal.text(subscription.pattern())));
    return seq;
  }

  long claiming(ClaimRequest request) {
    long seq = journal.reserve(1);
    write(
        Entry.invoke(Op.CLAIM, seq)
            .queue(journal.text(request.queue()))
            .attempt(request.max())
            .value(micros(request.lease())));
    return seq;
  }

  /**
   * Writes what a claim took, and when by the store's clock, if that is known.
   *
   * <p>The first delivery, which completes the claim, is written last: a process that is killed
   * before it leaves a claim whose answer never came, which may have taken more than was written.
   */
  void claimed(long seq, List<ClaimedDelivery> deliveries, long claimedAt) {
    if (deliveries.isEmpty()) {
      write(Entry.complete(Op.CLAIM, seq, Outcome.OK).value(claimedAt));
    }
    for (int i = deliveries.size() - 1; i >= 0; i--) {
      ClaimedDelivery delivery = deliveries.get(i);
      write(
          Entry.complete(Op.CLAIM, seq, Outcome.OK)
              .yes(true)
              .item(i)
              .event(EventKeys.key(delivery.event().id()))
              .queue(journal.text(delivery.lease().queue()))
              .key(delivery.lease().token())
              .attempt(delivery.attempt())
              .value(claimedAt)
              .hash(EventKeys.content(delivery.event())));
    }
  }

  long extending(List<Lease> leases, Duration lease) {
    long first = journal.reserve(leases.size());
    for (int i = 0; i < leases.size(); i++) {
      write(onLease(Op.EXTEND, leases.get(i), first + i).item(i).value(micros(lease)));
    }
    return first;
  }

  void extended(long first, List<Lease> leases, List<Lease> held) {
    Set<Lease> still = new HashSet<>(held);
    for (int i = 0; i < leases.size(); i++) {
      complete(Op.EXTEND, first + i, still.contains(leases.get(i)));
    }
  }

  long settling(List<Settlement> settlements) {
    long first = journal.reserve(count(settlements));
    for (int i = 0; i < settlements.size(); i++) {
      write(settlement(settlements.get(i), first + i).item(i));
    }
    long next = first + settlements.size();
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.Ack ack) {
        for (OutgoingEvent event : ack.followUps()) {
          write(publication(event, next++).flags(Entry.ATOMIC));
          write(
              Entry.point(Op.FOLLOW, journal.reserve(1))
                  .event(EventKeys.key(event.event().id()))
                  .queue(journal.text(ack.lease().queue()))
                  .key(EventKeys.key(ack.lease().eventId()))
                  .value(ack.lease().token()));
        }
      }
    }
    return first;
  }

  void settled(long first, List<Settlement> settlements, List<Lease> refused) {
    Set<Lease> stale = new HashSet<>(refused);
    long next = first + settlements.size();
    for (int i = 0; i < settlements.size(); i++) {
      Settlement settlement = settlements.get(i);
      boolean applied = !stale.contains(settlement.lease());
      complete(op(settlement), first + i, applied);
      if (settlement instanceof Settlement.Ack ack) {
        for (int f = 0; f < ack.followUps().size(); f++) {
          Outcome outcome = applied ? Outcome.OK : Outcome.FAIL;
          write(
              Entry.complete(Op.PUB, next++, outcome).value(Entry.UNKNOWN).flags(Entry.NO_RECEIPT));
        }
      }
    }
  }

  /**
   * Writes a change by query: exact where it names one delivery, else as what may have been done.
   */
  long changing(Op op, Query query, long due) {
    boolean exact = query.queue().isPresent() && query.eventId().isPresent();
    boolean conditional =
        query.name().isPresent()
            || query.tid().isPresent()
            || query.state().isPresent()
            || query.dueBefore().isPresent()
            || query.after().isPresent();
    long seq = journal.reserve(1);
    write(
        Entry.invoke(op, seq)
            .event(query.eventId().map(EventKeys::key).orElse(0L))
            .queue(query.queue().map(journal::text).orElse(-1))
            .value(due)
            .flags(exact && !conditional ? 0 : Entry.WIDE));
    return seq;
  }

  long deleting(String queue) {
    return invoke(Op.DELETE, queue);
  }

  long pruning() {
    return invoke(Op.PRUNE, null);
  }

  void pruned(long seq, boolean all) {
    write(Entry.complete(Op.PRUNE, seq, Outcome.OK).flags(all ? Entry.MARKED : 0));
  }

  /** Completes an operation that answers yes or no. */
  void complete(Op op, long seq, boolean yes) {
    write(Entry.complete(op, seq, Outcome.OK).yes(yes));
  }

  /** Completes {@code count} operations that certainly did nothing, or nobody knows whether. */
  void ended(Op op, long first, int count, Outcome outcome) {
    for (int i = 0; i < count; i++) {
      write(Entry.complete(op, first + i, outcome));
    }
  }

  /** Completes settlements and their follow-ups as {@link #ended}. */
  void settlingEnded(long first, List<Settlement> settlements, Outcome outcome) {
    for (int i = 0; i < settlements.size(); i++) {
      ended(op(settlements.get(i)), first + i, 1, outcome);
    }
    ended(Op.PUB, first + settlements.size(), count(settlements) - settlements.size(), outcome);
  }

  long handlerStarted(Lease lease, int attempt) {
    long seq = journal.reserve(1);
    write(onLease(Op.HANDLE, lease, seq).attempt(attempt));
    return seq;
  }

  /**
   * Writes the end of a handler.
   *
   * @param gaveUp whether it asked for a dead letter, or failed in a way that is not retried
   */
  void handlerEnded(long seq, boolean returned, boolean gaveUp) {
    write(
        Entry.complete(Op.HANDLE, seq, Outcome.OK).yes(returned).flags(gaveUp ? Entry.MARKED : 0));
  }

  /** Writes the counts of all queues as read from {@code begun} on. */
  void counted(long begun, List<QueueStats> stats) {
    for (QueueStats each : stats) {
      long seq = journal.reserve(1);
      Entry invoke = Entry.invoke(Op.STATS, seq).queue(journal.text(each.queue()));
      write(invoke, begun);
      write(
          Entry.complete(Op.STATS, seq, Outcome.OK)
              .key(each.ready() | each.scheduled() << 32)
              .value(each.leased() | each.dead() << 32));
    }
  }

  /** Writes a complete look into the store. */
  void snapshot(long begun, List<DeliveryInfo> found, boolean drained) {
    long seq = journal.reserve(1);
    write(Entry.invoke(Op.SNAP, seq), begun);
    for (DeliveryInfo info : found) {
      write(
          Entry.point(Op.ROW, journal.reserve(1))
              .event(EventKeys.key(info.eventId()))
              .queue(journal.text(info.queue()))
              .item(info.state().ordinal())
              .attempt(info.attempts())
              .value(micros(info.due())));
    }
    write(Entry.complete(Op.SNAP, seq, Outcome.OK).yes(drained).value(found.size()));
  }

  /** Writes that the store's clock showed {@code store} between {@code begun} and now. */
  void clock(long begun, Instant store) {
    long seq = journal.reserve(1);
    write(Entry.invoke(Op.CLOCK, seq), begun);
    write(Entry.complete(Op.CLOCK, seq, Outcome.OK).value(micros(store)));
  }

  long faultStarted(String kind) {
    long seq = journal.reserve(1);
    write(Entry.invoke(Op.FAULT, seq).name(journal.text(kind)));
    return seq;
  }

  void faultStopped(long seq) {
    write(Entry.complete(Op.FAULT, seq, Outcome.OK));
  }

  /** Writes that a fault of this kind has to occur, or the history proves nothing. */
  void faultPlanned(String kind) {
    write(Entry.point(Op.FAULT, journal.reserve(1)).name(journal.text(kind)).flags(Entry.MARKED));
  }

  void crashed() {
    write(Entry.point(Op.CRASH, journal.reserve(1)));
  }

  void healed() {
    write(Entry.point(Op.HEAL, journal.reserve(1)));
  }

  /**
   * Writes what holds for a queue.
   *
   * @param patience how long after the heal a ready delivery may wait for its claim, in nanoseconds
   *     of the time line; 0 for any time
   */
  void configured(String queue, int maxAttempts, boolean ordered, long patience) {
    write(
        Entry.point(Op.CONFIG, journal.reserve(1))
            .queue(journal.text(queue))
            .attempt(maxAttempts)
            .value(patience)
            .flags(ordered ? Entry.MARKED : 0));
  }

  /** Writes that a recurrence has to publish for this nominal instant. */
  void fireExpected(String recurrence, Instant nominal) {
    write(
        Entry.point(Op.EXPECT, journal.reserve(1))
            .name(journal.text(recurrence))
            .value(micros(nominal)));
  }

  /** Writes which event was published for a nominal instant. */
  void fired(String recurrence, Instant nominal, String eventId) {
    write(
        Entry.point(Op.FIRE, journal.reserve(1))
            .name(journal.text(recurrence))
            .value(micros(nominal))
            .event(EventKeys.key(eventId)));
  }

  long now() {
    return time.nanos();
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
  }

  private Entry publication(OutgoingEvent event, long seq) {
    Entry entry =
        Entry.invoke(Op.PUB, seq)
            .event(EventKeys.key(event.event().id()))
            .name(journal.text(event.event().name()))
            .key(event.event().tid().map(EventKeys::tid).orElse(0L))
            .hash(EventKeys.content(event.event()))
            .queue((int) Math.min(event.dedupeWindow().toSeconds(), Integer.MAX_VALUE));
    if (event.due() instanceof Due.At at) {
      return entry.value(micros(at.instant()));
    }
    return entry.value(micros(((Due.After) event.due()).delay())).flags(Entry.RELATIVE);
  }

  private Entry settlement(Settlement settlement, long seq) {
    Entry entry = onLease(op(settlement), settlement.lease(), seq);
    if (settlement instanceof Settlement.Retry retry) {
      entry.value(micros(retry.after()));
    } else if (settlement instanceof Settlement.Release release) {
      entry.value(micros(release.after()));
    }
    return entry;
  }

  private Entry onLease(Op op, Lease lease, long seq) {
    return Entry.invoke(op, seq)
        .event(EventKeys.key(lease.eventId()))
        .queue(journal.text(lease.queue()))
        .key(lease.token());
  }

  private long invoke(Op op, @Nullable String queue) {
    long seq = journal.reserve(1);
    write(Entry.invoke(op, seq).queue(queue == null ? -1 : journal.text(queue)));
    return seq;
  }

  private static Op op(Settlement settlement) {
    if (settlement instanceof Settlement.Ack) {
      return Op.ACK;
    }
    if (settlement instanceof Settlement.Retry) {
      return Op.RETRY;
    }
    return settlement instanceof Settlement.Release ? Op.RELEASE : Op.DEAD;
  }

  private static int count(List<Settlement> settlements) {
    int count = settlements.size();
    for (Settlement settlement : settlements) {
      count += settlement instanceof Settlement.Ack ack ? ack.followUps().size() : 0;
    }
    return count;
  }

  private void write(Entry entry) {
    write(entry, time.nanos());
  }

  private void write(Entry entry, long at) {
    entry.process = process;
    entry.time = at;
    journal.append(entry);
  }
}
