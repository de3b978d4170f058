package io.wrkr.test;

import io.wrkr.When;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions about published events and what became of them. Each condition narrows which events
 * are meant, and fails when none is left, showing the nearest ones and what they lack.
 */
public final class PublishedAssert extends AbstractAssert<PublishedAssert, ManualWrkr> {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Narrowing<Trace> events;

  PublishedAssert(ManualWrkr bus, String name) {
    super(bus, PublishedAssert.class);
    this.events = new Narrowing<>(bus.journal().traces(), PublishedAssert::title);
    narrow(Condition.equal("name", name, trace -> trace.event.name()));
  }

  private static String title(Trace trace) {
    return Journal.text(trace.event)
        + (trace.queue.isEmpty() ? ", in no queue" : " in " + trace.queue);
  }

  private PublishedAssert narrow(Condition<Trace> condition) {
    events.add(condition);
    if (events.left().isEmpty()) {
      throw failure("Expected an event with%s%nbut %s", events.wanted(), events.nearest());
    }
    return this;
  }

  /** It is about this tid. */
  public PublishedAssert withTid(String tid) {
    return narrow(Condition.equal("tid", tid, trace -> trace.event.tid().orElse("none")));
  }

  /** It has this id. */
  public PublishedAssert withId(String id) {
    return narrow(Condition.equal("id", id, trace -> trace.event.id()));
  }

  /** It has this payload, compared as JSON. */
  public PublishedAssert withPayload(Object payload) {
    JsonNode expected = JSON.readTree(JSON.writeValueAsString(payload));
    return narrow(
        Condition.equal(
            "payload", expected, trace -> JSON.readTree(trace.event.payload().bytes())));
  }

  /** It has this header; {@code wrkr.parent} and {@code wrkr.correlation} are the chain's. */
  public PublishedAssert withHeader(String key, String value) {
    return narrow(
        Condition.equal(
            "header " + key, value, trace -> trace.event.headers().getOrDefault(key, "none")));
  }

  /** It was published while the event of this id was handled. */
  public PublishedAssert withParent(String id) {
    return withHeader("wrkr.parent", id);
  }

  /** It was due as soon as it was published. */
  public PublishedAssert dueNow() {
    return narrow(dueIn("now", trace -> trace.publishedAt));
  }

  /** It was due as much later than published as the phrase says, such as {@code 7 days}. */
  public PublishedAssert dueIn(String phrase) {
    return narrow(
        dueIn(phrase, trace -> When.parse(phrase, actual.zoned(trace.publishedAt)).instant()));
  }

  private static Condition<Trace> dueIn(
      String phrase, java.util.function.Function<Trace, Instant> expected) {
    return new Condition<>(
        "due",
        phrase,
        trace ->
            Journal.length(Duration.between(trace.publishedAt, trace.due))
                + " after publish, at "
                + trace.due,
        trace -> trace.due.equals(expected.apply(trace)));
  }

  /** It was due at this instant. */
  public PublishedAssert dueAt(Instant due) {
    return narrow(Condition.equal("due", due, trace -> trace.due));
  }

  /** It went to this queue, which further conditions are about. */
  public PublishedAssert to(String queue) {
    return narrow(
        Condition.equal("queue", queue, trace -> trace.queue.isEmpty() ? "none" : trace.queue));
  }

  /** It was handled by this queue. */
  public PublishedAssert by(String queue) {
    return to(queue).handled();
  }

  /** It was handled. */
  public PublishedAssert handled() {
    return inState(Trace.State.HANDLED);
  }

  /** It waits: to come due, to be handled, or to be tried again. */
  public PublishedAssert isWaiting() {
    return inState(Trace.State.WAITING);
  }

  /** It was given up. */
  public PublishedAssert isDead() {
    return inState(Trace.State.DEAD);
  }

  private PublishedAssert inState(Trace.State state) {
    return narrow(Condition.equal("state", state, trace -> trace.state));
  }

  /** It was given up for a reason that contains this text. */
  public PublishedAssert because(String text) {
    return narrow(
        new Condition<>(
            "reason",
            "one that contains '" + text + "'",
            trace -> trace.reason.isEmpty() ? "none" : trace.reason,
            trace -> trace.reason.contains(text)));
  }

  /** It was to be tried again so many times. */
  public PublishedAssert retried(int times) {
    return narrow(Condition.equal("retries", times, trace -> trace.retries));
  }

  /** It was last handed out as this attempt, from 1. */
  public PublishedAssert onAttempt(int attempt) {
    return narrow(Condition.equal("attempt", attempt, trace -> trace.attempt));
  }

  /** Exactly so many events are meant. */
  public PublishedAssert exactly(int count) {
    List<Trace> left = events.left();
    long found = left.stream().map(trace -> trace.event.id()).distinct().count();
    if (found != count) {
      throw failure(
          "Expected exactly %s with%s%nbut there are %s:%s",
          count, events.wanted(), found, events.listed(left));
    }
    return this;
  }

  /** Exactly one event is meant. */
  public PublishedAssert once() {
    return exactly(1);
  }
}
