package io.wrkr;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the events of a thread's unit of work and publishes them when it succeeds.
 *
 * <p>Thread-safe; what is collected belongs to the thread that collects it, is not inherited by
 * threads it starts, and is handed to one only by {@link #capture}. Ids are given, and delays begin
 * to run, when an event is collected.
 *
 * <pre>{@code
 * wrkr.collector().run(() -> {
 *   orders.save(order);
 *   wrkr.collector().collect(Event.of("shop.order.placed").tid(order.id()));
 * });
 * }</pre>
 *
 * <p>Not a transaction: a crash between the work and the publish loses the events. Where that must
 * not be, publish {@link Wrkr#within} the work's own transaction.
 */
public final class EventCollector {
  /** How many events are published in one call: {@value}. */
  public static final int CHUNK = 100;

  /** How many events a unit of work may collect before it publishes: {@value}. */
  public static final int MAX_COLLECTED = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(EventCollector.class);

  private final Publisher publisher;
  private final Encoder encoder;
  private final ThreadLocal<@Nullable Unit> current = new ThreadLocal<>();
  private final Set<CollectedEvents> unpublished = ConcurrentHashMap.newKeySet();

  /** A thread's events, and whether a block will publish them. */
  private record Unit(CollectedEvents events, boolean inBlock) {}

  EventCollector(Publisher publisher, Encoder encoder) {
    this.publisher = publisher;
    this.encoder = encoder;
  }

  /**
   * Collects an event; outside a block it waits for {@link #publish}.
   *
   * @throws IllegalStateException if the unit of work has collected {@value #MAX_COLLECTED} already
   */
  public void collect(Event event) {
    DeliveryTask parent = DeliveryTask.current();
    Event fixed = encoder.fix(parent == null ? event : parent.lineage(event));
    Unit unit = current.get();
    if (unit == null) {
      unit = new Unit(new CollectedEvents(), false);
      current.set(unit);
    }
    unit.events.add(fixed, MAX_COLLECTED);
    unpublished.add(unit.events);
  }

  /** Returns what this thread has collected and not published, in order. */
  public List<Event> collected() {
    Unit unit = current.get();
    return unit == null ? List.of() : unit.events.all();
  }

  /**
   * Publishes what this thread has collected, in order, in chunks of {@value #CHUNK}. A chunk that
   * fails stops: it and the rest stay collected, to be published again under the same ids.
   */
  public List<Receipt> publish() {
    Unit unit = current.get();
    if (unit == null) {
      return List.of();
    }
    List<Receipt> receipts = publish(unit.events);
    if (!unit.inBlock) {
      current.remove();
    }
    return receipts;
  }

  /** Drops what this thread has collected. */
  public void clear() {
    Unit unit = current.get();
    if (unit != null) {
      drop(unit.events, 0);
      if (!unit.inBlock) {
        current.remove();
      }
    }
  }

  /**
   * Runs the work, then publishes what it collected; drops it if the work throws, and lets the
   * exception through. A nested call joins the outermost, which publishes; what an inner one had
   * collected before it failed is dropped even if the outer one goes on.
   *
   * @throws UnpublishedEventsException if the work succeeded and a publish failed
   */
  public void run(ThrowingRunnable work) {
    call(
        () -> {
          work.run();
          return true;
        });
  }

  /** The same as {@link #run} for work that returns something. */
  public <T> T call(Callable<T> work) {
    Unit outer = current.get();
    return outer != null && outer.inBlock ? nested(outer.events, work) : outermost(outer, work);
  }

  private <T> T nested(CollectedEvents events, Callable<T> work) {
    int before = events.size();
    try {
      return work.call();
    } catch (Throwable failure) {
      drop(events, before);
      throw Failures.<RuntimeException>unchanged(failure);
    }
  }

  private <T> T outermost(@Nullable Unit outside, Callable<T> work) {
    CollectedEvents events = new CollectedEvents();
    current.set(new Unit(events, true));
    T result;
    try {
      result = work.call();
    } catch (Throwable failure) {
      drop(events, 0);
      restore(outside);
      throw Failures.<RuntimeException>unchanged(failure);
    }
    try {
      publish(events);
      restore(outside);
    } catch (RuntimeException failure) {
      current.set(kept(outside, events));
      throw unpublished(events, result, failure);
    }
    return result;
  }

  /** What could not be published waits outside the block, behind what waited there before. */
  private Unit kept(@Nullable Unit outside, CollectedEvents events) {
    if (outside == null) {
      return new Unit(events, false);
    }
    events.all().forEach(event -> outside.events.add(event, Integer.MAX_VALUE));
    unpublished.remove(events);
    unpublished.add(outside.events);
    return outside;
  }

  private void restore(@Nullable Unit outside) {
    if (outside == null) {
      current.remove();
    } else {
      current.set(outside);
    }
  }

  private List<Receipt> publish(CollectedEvents events) {
    List<Receipt> receipts = new ArrayList<>();
    // What is collected while publishing, by an interceptor, is published too.
    for (List<Event> chunk = events.first(CHUNK); !chunk.isEmpty(); chunk = events.first(CHUNK)) {
      receipts.addAll(publisher.publish(encoder.running(chunk)));
      events.removeFirst(chunk.size());
    }
    unpublished.remove(events);
    return receipts;
  }

  private static UnpublishedEventsException unpublished(
      CollectedEvents events, @Nullable Object result, RuntimeException failure) {
    String text =
        events.size() + " collected events are not published: " + Failures.summary(failure);
    LOG.error("{}; they stay collected on this thread until publish() or clear()", text);
    return new UnpublishedEventsException(
        text + "; call publish() again", result, events.all(), failure);
  }

  private void drop(CollectedEvents events, int keep) {
    events.cutTo(keep);
    if (keep == 0) {
      unpublished.remove(events);
    }
  }

  /**
   * Opens a block that is closed by hand, for programs without a callback: what was collected is
   * published by {@link Block#close} after {@link Block#succeeded}, else dropped.
   */
  public Block open() {
    return new Block();
  }

  /** A block that is closed by hand. Used by one thread; blocks nest as {@link #run} does. */
  public final class Block implements AutoCloseable {
    private final @Nullable Unit outside = current.get();
    private final boolean outermost = outside == null || !outside.inBlock;
    private final CollectedEvents events =
        outermost || outside == null ? new CollectedEvents() : outside.events;
    private final int before = events.size();
    private boolean succeeded;
    private boolean closed;

    private Block() {
      if (outermost) {
        current.set(new Unit(events, true));
      }
    }

    /** Says that the work is done: close will publish. */
    public void succeeded() {
      succeeded = true;
    }

    /**
     * Publishes, or drops where {@link #succeeded} was not called; idempotent.
     *
     * @throws UnpublishedEventsException if the publish failed
     */
    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      if (!succeeded) {
        drop(events, before);
      }
      if (!outermost) {
        return;
      }
      try {
        EventCollector.this.publish(events);
        restore(outside);
      } catch (RuntimeException failure) {
        current.set(kept(outside, events));
        throw unpublished(events, null, failure);
      }
    }
  }

  /** Returns this thread's unit of work, to be attached to another thread. */
  public Captured capture() {
    Unit unit = current.get();
    return new Captured(unit == null ? new Unit(new CollectedEvents(), false) : unit);
  }

  /** A unit of work on its way to another thread. Thread-safe. */
  public final class Captured {
    private final Unit unit;

    private Captured(Unit unit) {
      this.unit = unit;
    }

    /**
     * Runs the work so that what it collects on this thread belongs to the captured unit of work.
     */
    public <T> T call(Callable<T> work) {
      Unit own = current.get();
      current.set(unit);
      try {
        return work.call();
      } catch (Throwable failure) {
        throw Failures.<RuntimeException>unchanged(failure);
      } finally {
        restore(own);
      }
    }
  }

  /**
   * Returns an interceptor that runs each handler as a block: what a failed one collected is
   * dropped.
   */
  public Interceptor aroundHandlers() {
    return new Interceptor() {
      @Override
      public void handle(Delivery delivery, Handler next) {
        run(() -> next.handle(delivery));
      }

      @Override
      public void handleBatch(List<Delivery> deliveries, BatchHandler next) {
        run(() -> next.handle(deliveries));
      }
    };
  }

  /** Reports what nobody published. */
  void close() {
    int lost = unpublished.stream().mapToInt(CollectedEvents::size).sum();
    if (lost > 0) {
      LOG.error("The bus is closed with {} collected events that nobody published", lost);
    }
  }
}
