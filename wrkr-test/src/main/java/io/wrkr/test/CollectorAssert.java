package io.wrkr.test;

import io.wrkr.Event;
import io.wrkr.EventCollector;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what a thread has collected and not published. Absence means that there is none
 * at all.
 */
public final class CollectorAssert extends AbstractAssert<CollectorAssert, EventCollector> {

  CollectorAssert(EventCollector collector) {
    super(collector, CollectorAssert.class);
  }

  /** An event of this name was collected; further conditions narrow which. */
  public CollectedAssert hasCollected(String name) {
    return new CollectedAssert(actual, name);
  }

  /** No event of this name was collected. */
  public CollectorAssert hasNotCollected(String name) {
    List<Event> found =
        actual.collected().stream().filter(event -> event.name().equals(name)).toList();
    if (!found.isEmpty()) {
      throw failure("Expected that no %s was collected, but there are %s", name, found);
    }
    return this;
  }

  /** Nothing was collected. */
  public CollectorAssert isEmpty() {
    if (!actual.collected().isEmpty()) {
      throw failure("Expected that nothing was collected, but there are %s", actual.collected());
    }
    return this;
  }

  /** So many events were collected. */
  public CollectorAssert hasSize(int count) {
    if (actual.collected().size() != count) {
      throw failure(
          "Expected %s collected events, but there are %s: %s",
          count, actual.collected().size(), actual.collected());
    }
    return this;
  }
}
