package io.wrkr;

import io.wrkr.spi.Capability;
import io.wrkr.spi.Examined;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Replay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;

/**
 * Looking and repairing, across all processes. Thread-safe; works before {@link Wrkr#start}.
 *
 * <p>Of a change here and a claim by a worker exactly one wins. What the backend cannot do is
 * refused with {@link UnsupportedCapabilityException}, never answered with nothing.
 */
public final class Admin {
  private final Bus bus;
  private final Workers workers;

  Admin(Bus bus, Workers workers) {
    this.bus = bus;
    this.workers = workers;
  }

  /** Returns the name of this instance, as its log says it. */
  public String instance() {
    return bus.name();
  }

  /** Returns all subscriptions, sorted by queue, then pattern. */
  public List<Subscription> subscriptions() {
    bus.require(Capability.LIST_SUBSCRIPTIONS, "Listing subscriptions");
    return allSubscriptions().stream().filter(each -> !isInternal(each.queue())).toList();
  }

  private List<Subscription> allSubscriptions() {
    return bus.calls().idempotent("Listing subscriptions", bus.backend()::subscriptions);
  }

  private static boolean isInternal(String queue) {
    return queue.startsWith(Names.INTERNAL);
  }

  /**
   * Removes a subscription: later publishes make no delivery for it, those made stay.
   *
   * @return whether it existed
   */
  public boolean unsubscribe(String queue, String pattern) {
    Subscription subscription = new Subscription(queue, pattern);
    return bus.calls().once("Unsubscribing", () -> bus.backend().unsubscribe(subscription));
  }

  /**
   * Removes a queue's subscriptions, deliveries, dead letters and archive.
   *
   * @return whether there was anything
   */
  public boolean deleteQueue(String queue) {
    Names.requireQueue(queue);
    return inspect(
        "Deleting a queue", Capability.CANCEL, inspector -> inspector.deleteQueue(queue));
  }

  /**
   * Looks at what slows the store down or endangers what it holds; empty where the backend tells
   * nothing. May take seconds.
   */
  public List<HealthCheck> health() {
    return bus.backend() instanceof Examined examined
        ? bus.calls().idempotent("Examining the store", examined::examine)
        : List.of();
  }

  /** Returns the counts of every queue that has a subscription or a delivery, sorted by name. */
  public List<QueueStats> queues() {
    return inspect("Counting", Capability.FIND, Inspector::stats).stream()
        .filter(stats -> !isInternal(stats.queue()))
        .toList();
  }

  /** Returns the counts of one queue; all zero if it is unknown. */
  public QueueStats queue(String name) {
    Names.requireQueue(name);
    return queues().stream()
        .filter(stats -> stats.queue().equals(name))
        .findFirst()
        .orElseGet(() -> new QueueStats(name, 0, 0, 0, 0, Duration.ZERO));
  }

  /** Returns a page of deliveries that match. */
  public Page find(Query query) {
    Page page = inspect("Finding", Capability.FIND, inspector -> inspector.find(query));
    return query.queue().isPresent() ? page : withoutInternal(page);
  }

  private static Page withoutInternal(Page page) {
    return new Page(
        page.deliveries().stream().filter(info -> !isInternal(info.queue())).toList(), page.next());
  }

  /** Removes scheduled, retrying and ready deliveries that match, never a leased one. */
  public long cancel(Query query) {
    return change(
        "Cancelling", Capability.CANCEL, query, (inspector, each) -> inspector.cancel(each));
  }

  /** Removes an event from every queue in which it waits; true if from at least one. */
  public boolean cancel(String eventId) {
    return cancel(Query.all().eventId(eventId)) > 0;
  }

  /** Gives scheduled, retrying and ready deliveries that match another due instant. */
  public long reschedule(Query query, Instant due) {
    Instant now = bus.wall().instant();
    if (due.isAfter(now.plus(bus.capabilities().maxDelay()))) {
      throw new UnsupportedCapabilityException(
          Capability.DELAY,
          due
              + " is further ahead than this backend's longest delay, "
              + bus.capabilities().maxDelay());
    }
    Instant bounded = due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due;
    long changed =
        change(
            "Rescheduling",
            Capability.CANCEL,
            query,
            (inspector, each) -> inspector.reschedule(each, bounded));
    workers.hintAll();
    return changed;
  }

  /** Makes dead letters that match due now, with their attempts counted from 0. */
  public long redrive(Query query) {
    long changed =
        change(
            "Redriving",
            Capability.DEAD_LETTERS,
            query,
            (inspector, each) -> inspector.redrive(each));
    workers.hintAll();
    return changed;
  }

  /** Removes dead letters that match. */
  public long discard(Query query) {
    long changed =
        change(
            "Discarding",
            Capability.DEAD_LETTERS,
            query,
            (inspector, each) -> inspector.discard(each));
    workers.hintAll();
    return changed;
  }

  /** Returns the recurring publishes, with their next five fires. */
  public List<RecurrenceInfo> recurrences() {
    return new Recurrences(bus, this).list();
  }

  /**
   * Returns what queues hold of the chain to which an event belongs: of its first event, and of all
   * that was published while one of the chain was handled, by publish. What was handled is there
   * only where it is kept ({@link Archive#keep}). {@link DeliveryInfo#parent} tells who came from
   * whom.
   *
   * <p>Looks at all deliveries there are: for people, not for programs that are in a hurry.
   */
  public List<DeliveryInfo> chain(String eventId) {
    Names.requireId(eventId);
    String first =
        find(Query.all().eventId(eventId)).deliveries().stream()
            .flatMap(info -> info.correlation().stream())
            .findFirst()
            .orElse(eventId);
    List<DeliveryInfo> chain = new ArrayList<>();
    Query all = Query.all().limit(Query.MAX_LIMIT);
    for (Optional<String> next = Optional.of(""); next.isPresent(); ) {
      Page page = find(next.get().isEmpty() ? all : all.after(next.get()));
      page.deliveries().stream().filter(info -> isOf(info, first, eventId)).forEach(chain::add);
      next = page.next();
    }
    chain.sort(Comparator.comparing(DeliveryInfo::publishedAt));
    return List.copyOf(chain);
  }

  /** Of an event that is no longer there, what came from it still names it. */
  private static boolean isOf(DeliveryInfo info, String first, String eventId) {
    return info.eventId().equals(first)
        || info.correlation().equals(Optional.of(first))
        || info.parent().equals(Optional.of(eventId));
  }

  /**
   * Delivers archived events of a period to one queue again.
   *
   * @param from the first instant of publish
   * @param to the instant of publish before which it ends
   * @return how many
   */
  public long replay(String queue, Instant from, Instant to) {
    Names.requireQueue(queue);
    bus.require(Capability.REPLAY, "Replaying");
    if (!(bus.backend() instanceof Replay replay)) {
      throw new UnsupportedCapabilityException(
          Capability.REPLAY, "Replaying is not offered by this backend");
    }
    long replayed = bus.calls().once("Replaying", () -> replay.replay(queue, from, to));
    workers.hintAll();
    return replayed;
  }

  /** Changes what matches, but never the bus's own deliveries unless their queue is named. */
  private long change(
      String what, Capability capability, Query query, ToLongBiFunction<Inspector, Query> change) {
    if (query.queue().isPresent()
        || allSubscriptions().stream().noneMatch(s -> isInternal(s.queue()))) {
      return inspect(what, capability, inspector -> change.applyAsLong(inspector, query));
    }
    long changed = 0;
    for (QueueStats stats : queues()) {
      long left = query.changeLimit() - changed;
      Query part = left < Query.MAX_LIMIT ? query.limit((int) Math.max(left, 1)) : query;
      if (left > 0) {
        changed +=
            inspect(
                what,
                capability,
                inspector -> change.applyAsLong(inspector, part.queue(stats.queue())));
      }
    }
    return changed;
  }

  private <R> R inspect(String what, Capability capability, Function<Inspector, R> call) {
    bus.require(capability, what);
    if (!(bus.backend() instanceof Inspector inspector)) {
      throw new UnsupportedCapabilityException(
          capability, what + " is not offered by this backend");
    }
    return bus.calls().once(what, () -> call.apply(inspector));
  }
}
