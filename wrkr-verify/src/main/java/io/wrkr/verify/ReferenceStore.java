package io.wrkr.verify;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The contract as the plainest store that keeps it: lists, scans, one clock, for one thread.
 *
 * <p>Histories made with it are valid by definition; weakened copies of it must be found out.
 */
class ReferenceStore implements Backend, Inspector {
  /** A delivery, or after its end what is kept for dedupe. */
  static final class Copy {
    final String queue;
    final StoredEvent event;
    final Instant publishedAt;
    final Instant firstDue;
    final long order;
    final Duration window;
    Instant due;
    int attempts;
    long token;
    boolean leased;
    boolean begun;
    boolean dead;
    @Nullable Instant endedAt;
    String history = "";

    Copy(String queue, OutgoingEvent outgoing, Instant now, long order) {
      this.queue = queue;
      this.event = outgoing.event();
      this.publishedAt = now;
      this.firstDue = outgoing.due().from(now);
      this.window = outgoing.dedupeWindow();
      this.due = firstDue;
      this.order = order;
    }

    boolean isLive() {
      return endedAt == null && !dead;
    }

    boolean isHeld(Instant now) {
      return leased && due.isAfter(now);
    }

    DeliveryState state(Instant now) {
      if (dead) {
        return DeliveryState.DEAD;
      }
      if (!due.isAfter(now)) {
        return DeliveryState.READY;
      }
      if (leased) {
        return DeliveryState.LEASED;
      }
      return attempts > 0 ? DeliveryState.RETRYING : DeliveryState.SCHEDULED;
    }
  }

  private static final Comparator<Copy> BY_DUE =
      Comparator.<Copy, Instant>comparing(copy -> copy.due).thenComparing(copy -> copy.order);

  private static final Comparator<Copy> BY_PLACE =
      Comparator.<Copy, Boolean>comparing(copy -> !copy.begun)
          .thenComparing(copy -> copy.firstDue)
          .thenComparing(copy -> copy.order);

  private final InstantSource clock;
  private final Map<String, Map<String, Copy>> copies = new TreeMap<>();
  private final Set<Subscription> subscriptions =
      new TreeSet<>(Comparator.comparing(Subscription::queue).thenComparing(Subscription::pattern));
  private final Set<String> orderedQueues = new HashSet<>();
  private long published;

  ReferenceStore(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the instant by which due and leases are judged. */
  Instant now() {
    return clock.instant();
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.of(EnumSet.allOf(Capability.class));
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    subscriptions.add(subscription);
    if (ordered) {
      orderedQueues.add(subscription.queue());
    }
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return subscriptions.remove(subscription);
  }

  @Override
  public List<Subscription> subscriptions() {
    return List.copyOf(subscriptions);
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    return events.stream().map(this::publish).toList();
  }

  private Receipt publish(OutgoingEvent outgoing) {
    Instant now = now();
    List<String> queues = queues(outgoing.event().name());
    boolean made = false;
    for (String queue : queues) {
      Map<String, Copy> inQueue = copies.computeIfAbsent(queue, any -> new LinkedHashMap<>());
      if (!suppresses(inQueue.get(outgoing.event().id()), outgoing, now)) {
        Copy copy = new Copy(queue, outgoing, now, published++);
        inQueue.put(outgoing.event().id(), copy);
        made = true;
      }
    }
    boolean duplicate = !queues.isEmpty() && !made;
    return new Receipt(outgoing.event().id(), outgoing.due().from(now), queues, duplicate);
  }

  /** Returns the queues that get a delivery of an event of this name. */
  List<String> queues(String name) {
    return subscriptions.stream()
        .filter(each -> OracleMatcher.matches(each.pattern(), name))
        .map(Subscription::queue)
        .distinct()
        .toList();
  }

  /** Tells whether what is stored under the event's id forbids another delivery. */
  boolean suppresses(@Nullable Copy stored, OutgoingEvent outgoing, Instant now) {
    if (stored == null) {
      return false;
    }
    return stored.endedAt == null || stored.endedAt.plus(outgoing.dedupeWindow()).isAfter(now);
  }

  @Override
  public Claims claim(ClaimRequest request) {
    Instant now = now();
    List<Copy> ready =
        claimable(request.queue(), now)
            .filter(copy -> !copy.due.isAfter(now))
            .sorted(BY_DUE)
            .toList();
    List<ClaimedDelivery> taken = new ArrayList<>();
    for (Copy copy : ready) {
      if (taken.size() < request.max()) {
        taken.add(take(copy, now.plus(request.lease())));
      }
    }
    return new Claims(taken, untilNextDue(request.queue(), now));
  }

  /**
   * Returns what lives; on an ordered queue, of each tid only what goes first of what has come due.
   */
  Stream<Copy> claimable(String queue, Instant now) {
    if (!orderedQueues.contains(queue)) {
      return live(queue);
    }
    Map<String, Copy> first = new HashMap<>();
    inQueue(queue)
        .filter(copy -> copy.endedAt == null && copy.event.tid().isPresent())
        .filter(copy -> copy.begun || !copy.firstDue.isAfter(now))
        .forEach(copy -> first.merge(copy.event.tid().get(), copy, BinaryOperator.minBy(BY_PLACE)));
    return live(queue)
        .filter(copy -> copy.event.tid().map(tid -> first.get(tid) == copy).orElse(true));
  }

  private ClaimedDelivery take(Copy copy, Instant leaseEnd) {
    copy.due = leaseEnd;
    copy.leased = true;
    copy.begun = true;
    copy.attempts++;
    copy.token++;
    return new ClaimedDelivery(
        new Lease(copy.queue, copy.event.id(), copy.token),
        copy.event,
        copy.attempts,
        copy.firstDue,
        copy.publishedAt,
        copy.history);
  }

  private Optional<Duration> untilNextDue(String queue, Instant now) {
    return live(queue)
        .map(copy -> copy.due)
        .filter(due -> due.isAfter(now))
        .min(Comparator.naturalOrder())
        .map(due -> Duration.between(now, due));
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    Instant end = now().plus(lease);
    List<Lease> held = new ArrayList<>();
    for (Lease each : leases) {
      Copy copy = held(each);
      if (copy != null) {
        copy.due = end;
        held.add(each);
      }
    }
    return held;
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    List<Lease> refused = new ArrayList<>();
    for (Settlement settlement : settlements) {
      Copy copy = held(settlement.lease());
      if (copy == null) {
        refused.add(settlement.lease());
      } else {
        settle(copy, settlement);
      }
    }
    return refused;
  }

  /** Returns the delivery that a lease still holds. */
  @Nullable Copy held(Lease lease) {
    Copy copy = copies.getOrDefault(lease.queue(), Map.of()).get(lease.eventId());
    boolean holds = copy != null && copy.isLive() && copy.leased && copy.token == lease.token();
    return holds ? copy : null;
  }

  void settle(Copy copy, Settlement settlement) {
    copy.leased = false;
    if (settlement instanceof Settlement.Ack ack) {
      copy.endedAt = now();
      ack.followUps().forEach(this::publish);
    } else if (settlement instanceof Settlement.Retry retry) {
      copy.due = now().plus(retry.after());
      copy.history = retry.history();
    } else if (settlement instanceof Settlement.Release release) {
      copy.due = now().plus(release.after());
      copy.attempts--;
    } else {
      copy.dead = true;
    }
  }

  @Override
  public int prune(int max) {
    int removed = 0;
    for (Map<String, Copy> inQueue : copies.values()) {
      var each = inQueue.values().iterator();
      while (each.hasNext() && removed < max) {
        Copy copy = each.next();
        if (copy.endedAt != null && !copy.endedAt.plus(copy.window).isAfter(now())) {
          each.remove();
          removed++;
        }
      }
    }
    return removed;
  }

  @Override
  public void close() {}

  @Override
  public Page find(Query query) {
    Instant now = now();
    List<DeliveryInfo> found =
        all()
            .filter(copy -> copy.endedAt == null && matches(copy, query, now))
            .limit(query.limit())
            .map(copy -> info(copy, now))
            .toList();
    return new Page(found, Optional.empty());
  }

  private static DeliveryInfo info(Copy copy, Instant now) {
    return new DeliveryInfo(
        copy.event.id(),
        copy.queue,
        copy.event.name(),
        copy.event.tid(),
        copy.state(now),
        copy.due,
        copy.attempts,
        copy.publishedAt,
        Optional.empty(),
        copy.event.payload().text(),
        copy.event.headers());
  }

  @Override
  public List<QueueStats> stats() {
    Instant now = now();
    Set<String> queues = new TreeSet<>(copies.keySet());
    subscriptions.forEach(each -> queues.add(each.queue()));
    return queues.stream().map(queue -> stats(queue, now)).toList();
  }

  private QueueStats stats(String queue, Instant now) {
    long[] counts = new long[DeliveryState.values().length];
    inQueue(queue)
        .filter(copy -> copy.endedAt == null)
        .forEach(copy -> counts[copy.state(now).ordinal()]++);
    return new QueueStats(
        queue,
        counts[DeliveryState.READY.ordinal()],
        counts[DeliveryState.SCHEDULED.ordinal()] + counts[DeliveryState.RETRYING.ordinal()],
        counts[DeliveryState.LEASED.ordinal()],
        counts[DeliveryState.DEAD.ordinal()],
        Duration.ZERO);
  }

  @Override
  public long cancel(Query query) {
    Instant now = now();
    return change(query, copy -> copy.isLive() && !copy.isHeld(now), copy -> copy.endedAt = now);
  }

  @Override
  public long reschedule(Query query, Instant due) {
    Instant now = now();
    return change(
        query,
        copy -> copy.isLive() && !copy.isHeld(now),
        copy -> {
          copy.due = due;
          copy.leased = false;
        });
  }

  @Override
  public long redrive(Query query) {
    Instant now = now();
    return change(
        query,
        copy -> copy.dead && copy.endedAt == null,
        copy -> {
          copy.dead = false;
          copy.due = now;
          copy.attempts = 0;
        });
  }

  @Override
  public long discard(Query query) {
    Instant now = now();
    return change(
        query,
        copy -> copy.dead && copy.endedAt == null,
        copy -> {
          copy.endedAt = now;
          copy.dead = false;
        });
  }

  @Override
  public boolean deleteQueue(String queue) {
    boolean subscribed = subscriptions.removeIf(each -> each.queue().equals(queue));
    return copies.remove(queue) != null || subscribed;
  }

  private long change(Query query, Predicate<Copy> guard, Consumer<Copy> change) {
    Instant now = now();
    List<Copy> changed =
        all()
            .filter(copy -> matches(copy, query, now) && guard.test(copy))
            .limit(query.changeLimit())
            .toList();
    changed.forEach(change);
    return changed.size();
  }

  private static boolean matches(Copy copy, Query query, Instant now) {
    return query.queue().map(copy.queue::equals).orElse(true)
        && query.eventId().map(copy.event.id()::equals).orElse(true)
        && query.name().map(copy.event.name()::equals).orElse(true)
        && query.tid().map(tid -> copy.event.tid().equals(Optional.of(tid))).orElse(true)
        && query.state().map(state -> copy.state(now) == state).orElse(true)
        && query.dueBefore().map(copy.due::isBefore).orElse(true);
  }

  Stream<Copy> live(String queue) {
    return inQueue(queue).filter(Copy::isLive);
  }

  private Stream<Copy> inQueue(String queue) {
    return Objects.requireNonNullElse(copies.get(queue), Map.<String, Copy>of()).values().stream();
  }

  private Stream<Copy> all() {
    return copies.values().stream().flatMap(inQueue -> inQueue.values().stream());
  }
}
