package io.wrkr.test;

import io.wrkr.Event;
import io.wrkr.EventCollector;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions about collected events. Each condition narrows which are meant, and fails when none is
 * left, showing the nearest ones and what they lack.
 */
public final class CollectedAssert extends AbstractAssert<CollectedAssert, EventCollector> {
  private final Narrowing<Event> events;

  CollectedAssert(EventCollector collector, String name) {
    super(collector, CollectedAssert.class);
    this.events = new Narrowing<>(collector.collected(), Event::toString);
    narrow(Condition.equal("name", name, Event::name));
  }

  private CollectedAssert narrow(Condition<Event> condition) {
    events.add(condition);
    if (events.left().isEmpty()) {
      throw failure("Expected a collected event with%s%nbut %s", events.wanted(), events.nearest());
    }
    return this;
  }

  /** It is about this tid. */
  public CollectedAssert withTid(String tid) {
    return narrow(Condition.equal("tid", tid, event -> event.tid().orElse("none")));
  }

  /** It has this header. */
  public CollectedAssert withHeader(String key, String value) {
    return narrow(
        Condition.equal(
            "header " + key, value, event -> event.headers().getOrDefault(key, "none")));
  }

  /** It has this payload, compared as JSON. */
  public CollectedAssert withPayload(Object payload) {
    JsonMapper json = JsonMapper.shared();
    return narrow(
        Condition.equal(
            "payload",
            json.<JsonNode>valueToTree(payload),
            event -> event.payload(JsonNode.class)));
  }

  /** Exactly so many events are meant. */
  public CollectedAssert exactly(int count) {
    List<Event> left = events.left();
    if (left.size() != count) {
      throw failure(
          "Expected exactly %s collected with%s%nbut there are %s:%s",
          count, events.wanted(), left.size(), events.listed(left));
    }
    return this;
  }

  /** Exactly one event is meant. */
  public CollectedAssert once() {
    return exactly(1);
  }
}
