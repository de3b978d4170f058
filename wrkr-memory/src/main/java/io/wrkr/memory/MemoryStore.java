package io.wrkr.memory;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the instances on one store share. Not thread-safe by itself: {@link MemoryBackend} holds
 * this object's monitor around every call.
 */
final class MemoryStore {
  private static final int MAX_ROUTES = 10_000;

  private static final Set<DeliveryState> WAITING =
      Set.of(DeliveryState.SCHEDULED, DeliveryState.RETRYING, DeliveryState.READY);

  private static final Set<DeliveryState> DEAD = Set.of(DeliveryState.DEAD);

  private final NavigableMap<String, MemoryQueue> queues = new TreeMap<>();
  private final Map<String, Route> routes = new HashMap<>();
  final Arrivals arrivals = new Arrivals();
  private boolean clockGiven;
  private InstantSource clock = systemClock();
  private long lastSequence;
  private long lastToken;

  /** Where the events of one name go. Forgotten at every change of a subscription. */
  private record Route(List<MemoryQueue> queues, List<String> names) {}

  /** What becomes of a delivery that matches. */
  private interface Change {
    void apply(MemoryQueue queue, MemoryDelivery delivery, Instant now);
  }

  @SystemSeam
  private static InstantSource systemClock() {
    return InstantSource.system();
  }

  /** The first clock given stays: a store has one, whatever its instances believe. */
  boolean useClock(InstantSource given) {
    boolean first = !clockGiven;
    if (first) {
      clockGiven = true;
      clock = given;
    }
    return first;
  }

  boolean subscribe(Subscription subscription, boolean ordered) {
    MemoryQueue queue = queue(subscription.queue());
    routes.clear();
    if (ordered) {
      queue.keepOrder(clock.instant());
    }
    return queue.patterns.add(Pattern.of(subscription.pattern()));
  }

  boolean unsubscribe(Subscription subscription) {
    MemoryQueue queue = queues.get(subscription.queue());
    routes.clear();
    return queue != null && queue.patterns.remove(Pattern.of(subscription.pattern()));
  }

  List<Subscription> subscriptions() {
    return queues.values().stream()
        .flatMap(
            queue ->
                queue.patterns.stream()
                    .map(Pattern::toString)
                    .sorted()
                    .map(pattern -> new Subscription(queue.name, pattern)))
        .toList();
  }

  List<Receipt> publish(List<OutgoingEvent> events) {
    Instant now = clock.instant();
    return publish(events, dues(events, now), now);
  }

  /** Works out first what can fail, so that a list is stored as a whole or not at all. */
  private static List<Instant> dues(List<OutgoingEvent> events, Instant now) {
    return events.stream().map(event -> event.due().from(now)).toList();
  }

  private List<Receipt> publish(List<OutgoingEvent> events, List<Instant> dues, Instant now) {
    List<Receipt> receipts = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      receipts.add(publish(events.get(i), dues.get(i), now));
    }
    return receipts;
  }

  private Receipt publish(OutgoingEvent outgoing, Instant due, Instant now) {
    String id = outgoing.event().id();
    Route route = route(outgoing.event().name());
    boolean duplicate = !route.queues.isEmpty();
    for (MemoryQueue queue : route.queues) {
      if (!queue.knows(id, now)) {
        queue.add(new MemoryDelivery(queue.name, outgoing, due, now, ++lastSequence), now);
        duplicate = false;
      }
    }
    return new Receipt(id, due, route.names, duplicate);
  }

  boolean accept(String queue, List<Arrival> arrivals) {
    return !arrive(queue(queue), arrivals, clock.instant()).isEmpty();
  }

  /** On an ordered queue what arrived has to wait for its turn, and nothing is claimed. */
  List<ClaimedDelivery> take(String name, List<Arrival> arrivals, Duration lease) {
    MemoryQueue queue = queue(name);
    Instant now = clock.instant();
    List<MemoryDelivery> arrived = arrive(queue, arrivals, now);
    if (queue.isOrdered()) {
      return List.of();
    }
    List<ClaimedDelivery> taken = new ArrayList<>(arrived.size());
    for (MemoryDelivery delivery : arrived) {
      taken.add(queue.claim(delivery, lease, now, () -> ++lastToken));
    }
    this.arrivals.calm(); // all that became ready is claimed
    return taken;
  }

  private List<MemoryDelivery> arrive(MemoryQueue queue, List<Arrival> arrivals, Instant now) {
    List<MemoryDelivery> made = new ArrayList<>(arrivals.size());
    for (Arrival each : arrivals) {
      if (!queue.knows(each.event().id(), now)) {
        Instant due = each.publishedAt().isBefore(now) ? each.publishedAt() : now;
        OutgoingEvent event = new OutgoingEvent(each.event(), Due.NOW, each.dedupeWindow());
        MemoryDelivery delivery = new MemoryDelivery(queue.name, event, due, due, ++lastSequence);
        queue.add(delivery, now);
        made.add(delivery);
      }
    }
    return made;
  }

  private Route route(String eventName) {
    Route known = routes.get(eventName);
    if (known != null) {
      return known;
    }
    List<MemoryQueue> matching =
        queues.values().stream().filter(queue -> queue.matches(eventName)).toList();
    Route route = new Route(matching, matching.stream().map(queue -> queue.name).toList());
    if (routes.size() >= MAX_ROUTES) {
      routes.clear();
    }
    routes.put(eventName, route);
    return route;
  }

  Claims claim(ClaimRequest request) {
    MemoryQueue queue = queues.get(request.queue());
    if (queue == null) {
      return Claims.NONE;
    }
    Claims claims = queue.claim(request, clock.instant(), () -> ++lastToken);
    arrivals.calm(); // to claim makes nothing ready
    return claims;
  }

  List<Lease> extend(List<Lease> leases, Duration duration) {
    Instant now = clock.instant();
    List<Lease> held = new ArrayList<>(leases.size());
    for (Lease lease : leases) {
      MemoryQueue queue = queues.get(lease.queue());
      if (queue != null && queue.extend(lease, duration, now)) {
        held.add(lease);
      }
    }
    return held;
  }

  List<Lease> settle(List<Settlement> settlements) {
    Instant now = clock.instant();
    List<Lease> refused = new ArrayList<>();
    for (Settlement settlement : settlements) {
      List<OutgoingEvent> followUps =
          settlement instanceof Settlement.Ack ack ? ack.followUps() : List.of();
      List<Instant> dues = dues(followUps, now);
      MemoryQueue queue = queues.get(settlement.lease().queue());
      if (queue == null || !queue.settle(settlement, now)) {
        refused.add(settlement.lease());
      } else {
        publish(followUps, dues, now);
      }
    }
    return refused;
  }

  int prune(int max) {
    Instant now = clock.instant();
    int count = 0;
    for (MemoryQueue queue : queues.values()) {
      count += queue.prune(max - count, now);
    }
    return count;
  }

  Page find(Query query) {
    return new Search(queues, query, clock.instant()).page();
  }

  List<QueueStats> stats() {
    Instant now = clock.instant();
    return queues.values().stream()
        .filter(MemoryQueue::isKnown)
        .map(queue -> queue.stats(now))
        .toList();
  }

  long cancel(Query query) {
    return change(query, WAITING, MemoryQueue::remove);
  }

  long reschedule(Query query, Instant due) {
    return change(query, WAITING, (queue, delivery, now) -> queue.reschedule(delivery, due, now));
  }

  long redrive(Query query) {
    return change(query, DEAD, MemoryQueue::redrive);
  }

  long discard(Query query) {
    return change(query, DEAD, MemoryQueue::remove);
  }

  private long change(Query query, Set<DeliveryState> states, Change change) {
    Instant now = clock.instant();
    List<MemoryDelivery> matching = new Search(queues, query, now).changeable(states);
    for (MemoryDelivery delivery : matching) {
      change.apply(queue(delivery.queue), delivery, now);
    }
    return matching.size();
  }

  long replay(String queue, Instant from, Instant to) {
    MemoryQueue known = queues.get(queue);
    return known == null ? 0 : known.replay(from, to, clock.instant());
  }

  boolean deleteQueue(String name) {
    MemoryQueue queue = queues.remove(name);
    routes.clear();
    return queue != null && queue.isKnown();
  }

  List<DeliveryInfo> history(String queue) {
    Instant now = clock.instant();
    return Stream.ofNullable(queues.get(queue))
        .flatMap(MemoryQueue::moved)
        .map(delivery -> delivery.info(now))
        .toList();
  }

  private MemoryQueue queue(String name) {
    return queues.computeIfAbsent(name, q -> new MemoryQueue(q, () -> arrivals.stir(q)));
  }
}
