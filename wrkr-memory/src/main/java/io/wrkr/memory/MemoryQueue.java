package io.wrkr.memory;

import io.wrkr.Archive;
import io.wrkr.QueueStats;
import io.wrkr.memory.MemoryDelivery.Phase;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One queue: its patterns, its deliveries, and what is remembered of those that ended. */
final class MemoryQueue {
  final String name;
  final Set<Pattern> patterns = new TreeSet<>();

  /** By event id, in the order of publishing: what lives and dead letters. */
  private final Map<String, MemoryDelivery> deliveries = new LinkedHashMap<>();

  private final Ended ended = new Ended();
  private final Runnable onReady;
  private Agenda agenda;
  private long dead;

  /** Creates an empty one that calls {@code onReady} when a change makes a delivery ready. */
  MemoryQueue(String name, Runnable onReady) {
    this.name = name;
    this.onReady = onReady;
    this.agenda = new Agenda(false, onReady);
  }

  /** From now on the deliveries of one tid are handed out in order. */
  void keepOrder(Instant now) {
    if (!agenda.isOrdered()) {
      agenda = new Agenda(true, onReady);
      deliveries.values().forEach(delivery -> agenda.add(delivery, now));
    }
  }

  boolean matches(String eventName) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(eventName));
  }

  /** Tells whether an event of this id lives here or ended within its dedupe window. */
  boolean knows(String eventId, Instant now) {
    return deliveries.containsKey(eventId) || ended.remembers(eventId, now);
  }

  void add(MemoryDelivery delivery, Instant now) {
    deliveries.put(delivery.event.id(), delivery);
    agenda.add(delivery, now);
  }

  Claims claim(ClaimRequest request, Instant now, LongSupplier tokens) {
    agenda.advance(now);
    List<ClaimedDelivery> taken = new ArrayList<>(Math.min(request.max(), 64));
    while (taken.size() < request.max() && agenda.candidates.hasReady()) {
      taken.add(claim(agenda.candidates.firstReady(), request.lease(), now, tokens));
    }
    return new Claims(taken, agenda.candidates.untilNext(now));
  }

  ClaimedDelivery claim(MemoryDelivery delivery, Duration lease, Instant now, LongSupplier tokens) {
    agenda.remove(delivery, now);
    delivery.phase = Phase.LEASED;
    delivery.token = tokens.getAsLong();
    delivery.attempt++;
    delivery.due = now.plus(lease);
    agenda.add(delivery, now);
    return delivery.claimed();
  }

  boolean isOrdered() {
    return agenda.isOrdered();
  }

  boolean extend(Lease lease, Duration duration, Instant now) {
    MemoryDelivery delivery = held(lease);
    if (delivery != null) {
      agenda.remove(delivery, now);
      delivery.due = now.plus(duration);
      agenda.add(delivery, now);
    }
    return delivery != null;
  }

  /** Ends a claim, its follow-ups apart; returns false, having done nothing, for a stale token. */
  boolean settle(Settlement settlement, Instant now) {
    MemoryDelivery delivery = held(settlement.lease());
    if (delivery == null) {
      return false;
    }
    agenda.remove(delivery, now);
    if (settlement instanceof Settlement.Ack ack) {
      finish(delivery, ack.archive(), now);
      return true;
    }
    delivery.phase = Phase.WAITING;
    if (settlement instanceof Settlement.Retry retry) {
      delivery.due = now.plus(retry.after());
      delivery.history = retry.history();
    } else if (settlement instanceof Settlement.Release release) {
      delivery.due = now.plus(release.after());
      delivery.attempt--;
    } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
      delivery.phase = Phase.DEAD;
      delivery.due = now;
      delivery.history = deadLetter.reason();
      dead++;
    }
    agenda.add(delivery, now);
    return true;
  }

  private @Nullable MemoryDelivery held(Lease lease) {
    MemoryDelivery delivery = deliveries.get(lease.eventId());
    return delivery != null && delivery.isHeldBy(lease) ? delivery : null;
  }

  private void finish(MemoryDelivery delivery, Archive archive, Instant now) {
    deliveries.remove(delivery.event.id());
    delivery.phase = Phase.DONE;
    delivery.due = now;
    ended.add(delivery, archive, now);
  }

  /** Cancels or discards. */
  void remove(MemoryDelivery delivery, Instant now) {
    agenda.remove(delivery, now);
    dead -= delivery.phase == Phase.DEAD ? 1 : 0;
    finish(delivery, Archive.delete(), now);
  }

  void reschedule(MemoryDelivery delivery, Instant due, Instant now) {
    agenda.remove(delivery, now);
    delivery.phase = Phase.WAITING;
    delivery.due = due.isAfter(now) ? due : now;
    if (!delivery.hasBegun()) {
      delivery.place = delivery.due;
    }
    agenda.add(delivery, now);
  }

  void redrive(MemoryDelivery delivery, Instant now) {
    agenda.remove(delivery, now);
    delivery.phase = Phase.WAITING;
    delivery.due = now;
    delivery.attempt = 0;
    dead--;
    agenda.add(delivery, now);
  }

  /** Delivers again what was archived; an id that lives anew stays as it is. */
  long replay(Instant from, Instant to, Instant now) {
    List<MemoryDelivery> replayed =
        ended.takeArchived(
            delivery ->
                !delivery.publishedAt.isBefore(from)
                    && delivery.publishedAt.isBefore(to)
                    && !deliveries.containsKey(delivery.event.id()));
    for (MemoryDelivery delivery : replayed) {
      delivery.replay(now);
      add(delivery, now);
    }
    return replayed.size();
  }

  int prune(int max, Instant now) {
    return ended.prune(max, now);
  }

  /**
   * Returns what lives with the dead letters, and what is kept though finished, each in publish
   * order; at least all of the given event, if any.
   */
  List<Collection<MemoryDelivery>> found(Optional<String> eventId) {
    return List.of(
        eventId
            .<Collection<MemoryDelivery>>map(id -> delivery(id).toList())
            .orElseGet(deliveries::values),
        ended.kept());
  }

  /** Returns what lives and dead letters, in publish order. */
  Stream<MemoryDelivery> deliveries() {
    return deliveries.values().stream();
  }

  /** Returns the one of this event. */
  Stream<MemoryDelivery> delivery(String eventId) {
    return Stream.ofNullable(deliveries.get(eventId));
  }

  Stream<MemoryDelivery> moved() {
    return ended.moved();
  }

  /** Tells whether there is anything to see: a subscription or a delivery. */
  boolean isKnown() {
    return !patterns.isEmpty() || !deliveries.isEmpty() || !ended.kept().isEmpty();
  }

  QueueStats stats(Instant now) {
    agenda.advance(now);
    Timeline live = agenda.live;
    Duration oldest =
        live.hasReady() ? Duration.between(live.firstReady().due, now) : Duration.ZERO;
    return new QueueStats(name, live.ready(), live.scheduled(), live.leased(), dead, oldest);
  }
}
