package io.wrkr.test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what happened on a bus so far. Absence means that there is none at all. */
public final class BusAssert extends AbstractAssert<BusAssert, ManualWrkr> {

  BusAssert(ManualWrkr bus) {
    super(bus, BusAssert.class);
  }

  /** An event of this name was published; further conditions narrow which. */
  public PublishedAssert published(String name) {
    return new PublishedAssert(actual, name);
  }

  /** No event of this name was published. */
  public BusAssert notPublished(String name) {
    List<Trace> traces = traces(name);
    if (!traces.isEmpty()) {
      throw failure(
          "Expected that no %s was published, but it was: %s",
          name, Journal.text(traces.get(0).event));
    }
    return this;
  }

  /** A delivery of an event of this name was handled; further conditions narrow which. */
  public PublishedAssert handled(String name) {
    return published(name).handled();
  }

  /** No delivery of an event of this name was handled. */
  public BusAssert notHandled(String name) {
    traces(name).stream()
        .filter(Trace::isHandled)
        .findFirst()
        .ifPresent(
            trace -> {
              throw failure(
                  "Expected that no %s was handled, but %s handled %s",
                  name, trace.queue, Journal.text(trace.event));
            });
    return this;
  }

  /** Events of these names were handled in this order; there may be others in between. */
  public BusAssert inOrder(String... names) {
    List<String> handled =
        actual.journal().traces().stream()
            .filter(Trace::isHandled)
            .sorted(Comparator.comparingInt(trace -> trace.handledAs))
            .map(trace -> trace.event.name())
            .toList();
    Iterator<String> rest = handled.iterator();
    for (String name : names) {
      boolean found = false;
      while (!found && rest.hasNext()) {
        found = rest.next().equals(name);
      }
      if (!found) {
        throw failure(
            "Expected that these were handled in order: %s%nbut '%s' is missing in: %s",
            Arrays.toString(names), name, handled);
      }
    }
    return this;
  }

  private List<Trace> traces(String name) {
    return actual.journal().traces().stream()
        .filter(trace -> trace.event.name().equals(name))
        .toList();
  }
}
