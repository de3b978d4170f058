package io.wrkr;

import java.util.ArrayList;
import java.util.List;

/** The events of one unit of work, in order, not yet published. Thread-safe. */
final class CollectedEvents {
  private final List<Event> events = new ArrayList<>();

  synchronized void add(Event event, int max) {
    if (events.size() >= max) {
      throw new IllegalStateException(
          "This unit of work has collected "
              + events.size()
              + " events, its bound: publish() in"
              + " between, or publish directly");
    }
    events.add(event);
  }

  synchronized List<Event> all() {
    return List.copyOf(events);
  }

  synchronized int size() {
    return events.size();
  }

  synchronized List<Event> first(int max) {
    return List.copyOf(events.subList(0, Math.min(max, events.size())));
  }

  synchronized void removeFirst(int count) {
    events.subList(0, count).clear();
  }

  /** Drops what was added since there were this many. */
  synchronized void cutTo(int size) {
    if (events.size() > size) {
      events.subList(size, events.size()).clear();
    }
  }
}
