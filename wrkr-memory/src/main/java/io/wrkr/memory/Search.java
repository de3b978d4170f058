package io.wrkr.memory;

import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds deliveries by looking at all of them, by queue, then as published. That order never
 * changes, so what neither comes nor goes is on exactly one page.
 */
final class Search {
  private final NavigableMap<String, MemoryQueue> queues;
  private final Query query;
  private final Instant now;

  Search(NavigableMap<String, MemoryQueue> queues, Query query, Instant now) {
    this.queues = queues;
    this.query = query;
    this.now = now;
  }

  /** The last delivery of a page: the next one begins behind it. */
  private record Place(String queue, long sequence) {
    static final Place START = new Place("", 0);

    static Place parse(String text) {
      int colon = text.indexOf(':');
      try {
        return new Place(text.substring(colon + 1), Long.parseLong(text.substring(0, colon)));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new IllegalArgumentException(
            "The page '" + text + "' is none: give what Page.next() returned", e);
      }
    }

    String text() {
      return sequence + ":" + queue;
    }
  }

  Page page() {
    Place after = query.after().map(Place::parse).orElse(Place.START);
    List<MemoryDelivery> found = new ArrayList<>();
    for (MemoryQueue queue : chosen(after)) {
      long behind = queue.name.equals(after.queue) ? after.sequence : 0;
      long missing = query.limit() + 1L - found.size();
      queue.found(query.eventId()).stream()
          .flatMap(part -> matching(part, behind).limit(missing))
          .sorted(Comparator.comparingLong(delivery -> delivery.sequence))
          .limit(missing)
          .forEach(found::add);
    }
    boolean more = found.size() > query.limit();
    List<MemoryDelivery> page = more ? found.subList(0, query.limit()) : found;
    return new Page(
        page.stream().map(delivery -> delivery.info(now)).toList(),
        more ? Optional.of(place(page.get(page.size() - 1))) : Optional.empty());
  }

  private static String place(MemoryDelivery delivery) {
    return new Place(delivery.queue, delivery.sequence).text();
  }

  private Stream<MemoryDelivery> matching(Collection<MemoryDelivery> part, long behind) {
    return part.stream()
        .filter(delivery -> delivery.sequence > behind && delivery.matches(query, now));
  }

  /** Returns what is to be changed: matching deliveries in one of the states. */
  List<MemoryDelivery> changeable(Set<DeliveryState> states) {
    return chosen(Place.START).stream()
        .flatMap(queue -> query.eventId().map(queue::delivery).orElseGet(queue::deliveries))
        .filter(delivery -> states.contains(delivery.state(now)) && delivery.matches(query, now))
        .limit(query.changeLimit())
        .toList();
  }

  private Collection<MemoryQueue> chosen(Place after) {
    return query
        .queue()
        .<Collection<MemoryQueue>>map(name -> Stream.ofNullable(queues.get(name)).toList())
        .orElseGet(() -> queues.tailMap(after.queue, true).values());
  }
}
