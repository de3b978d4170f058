package io.wrkr;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on deliveries; all that are set must hold. Immutable: every setter returns a new
 * query.
 *
 * <p>Values are compared as they are, case-sensitively; none is a pattern.
 */
public final class Query {
  /** How many deliveries a page has unless {@link #limit(int)} says otherwise. */
  public static final int DEFAULT_LIMIT = 100;

  /** The largest page. */
  public static final int MAX_LIMIT = 10_000;

  private static final Query ALL = new Query(new Conditions());

  private final Conditions conditions;

  private static final class Conditions implements Cloneable {
    @Nullable String queue;
    @Nullable String name;
    @Nullable String tid;
    @Nullable String eventId;
    @Nullable DeliveryState state;
    @Nullable Instant dueBefore;
    @Nullable String after;
    int limit = DEFAULT_LIMIT;
    boolean limited;

    Conditions copy() {
      try {
        return (Conditions) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Query(Conditions conditions) {
    this.conditions = conditions;
  }

  /** Returns the query without conditions. */
  public static Query all() {
    return ALL;
  }

  /** Only deliveries of this queue. */
  public Query queue(String queue) {
    Conditions copy = conditions.copy();
    copy.queue = Names.requireQueue(queue);
    return new Query(copy);
  }

  /** Only events of exactly this name. */
  public Query name(String name) {
    Conditions copy = conditions.copy();
    copy.name = Names.requireName(name);
    return new Query(copy);
  }

  /** Only events about this thing. */
  public Query tid(String tid) {
    Conditions copy = conditions.copy();
    copy.tid = Names.requireTid(tid);
    return new Query(copy);
  }

  /** Only deliveries of this event. */
  public Query eventId(String eventId) {
    Conditions copy = conditions.copy();
    copy.eventId = Names.requireId(eventId);
    return new Query(copy);
  }

  /** Only deliveries in this state. */
  public Query state(DeliveryState state) {
    Conditions copy = conditions.copy();
    copy.state = state;
    return new Query(copy);
  }

  /** Only deliveries due before this instant. */
  public Query dueBefore(Instant instant) {
    Conditions copy = conditions.copy();
    copy.dueBefore = instant;
    return new Query(copy);
  }

  /**
   * At most this many: of a page (default {@value #DEFAULT_LIMIT}), or of what {@code cancel},
   * {@code reschedule}, {@code redrive} and {@code discard} change (default: all that match).
   *
   * @throws IllegalArgumentException outside 1 to {@value #MAX_LIMIT}
   */
  public Query limit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "The limit " + limit + " is outside 1 to " + MAX_LIMIT + ": page on with after()");
    }
    Conditions copy = conditions.copy();
    copy.limit = limit;
    copy.limited = true;
    return new Query(copy);
  }

  /** Only what comes after the page that gave this {@link Page#next}. */
  public Query after(String page) {
    Conditions copy = conditions.copy();
    copy.after = page;
    return new Query(copy);
  }

  /** Returns the condition on the queue. */
  public Optional<String> queue() {
    return Optional.ofNullable(conditions.queue);
  }

  /** Returns the condition on the event's name. */
  public Optional<String> name() {
    return Optional.ofNullable(conditions.name);
  }

  /** Returns the condition on the tid. */
  public Optional<String> tid() {
    return Optional.ofNullable(conditions.tid);
  }

  /** Returns the condition on the event's id. */
  public Optional<String> eventId() {
    return Optional.ofNullable(conditions.eventId);
  }

  /** Returns the condition on the state. */
  public Optional<DeliveryState> state() {
    return Optional.ofNullable(conditions.state);
  }

  /** Returns the condition on the due instant. */
  public Optional<Instant> dueBefore() {
    return Optional.ofNullable(conditions.dueBefore);
  }

  /** Returns the page to go on after. */
  public Optional<String> after() {
    return Optional.ofNullable(conditions.after);
  }

  /** Returns the size of a page. */
  public int limit() {
    return conditions.limit;
  }

  /** Returns the most deliveries that a change may touch. */
  public long changeLimit() {
    return conditions.limited ? conditions.limit : Long.MAX_VALUE;
  }
}
