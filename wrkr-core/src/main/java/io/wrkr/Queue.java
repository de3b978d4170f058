package io.wrkr;

import io.wrkr.spi.Capability;
import io.wrkr.spi.Pattern;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A named, durable line of deliveries, and this process's part in working on it.
 *
 * <p>Thread-safe. Options other than {@link #concurrency} are set before {@link Wrkr#start};
 * handlers and subscriptions may be added at any time. Subscriptions are durable and outlive the
 * process; handlers and options belong to it.
 */
public final class Queue {
  /** How many handlers run at once in this process unless set: {@value}. */
  public static final int DEFAULT_CONCURRENCY = 16;

  /** How long a delivery is held before it is extended or comes back, unless set: 30 seconds. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

  /** How long a delivery is extended at most, unless set: 12 hours. */
  public static final Duration DEFAULT_MAX_HOLD = Duration.ofHours(12);

  /** The shortest lease: 100 milliseconds. */
  public static final Duration MIN_LEASE = Duration.ofMillis(100);

  private static final int MAX_CONCURRENCY = 10_000;

  private final Bus bus;
  private final Workers workers;
  private final QueueOptions options;
  private final Routes routes = new Routes();
  private final Set<Subscription> subscribed = ConcurrentHashMap.newKeySet();

  Queue(Bus bus, Workers workers, String name) {
    this.bus = bus;
    this.workers = workers;
    this.options = new QueueOptions(name, workers::hintAll);
  }

  /** Returns the queue's name. */
  public String name() {
    return options.name;
  }

  /**
   * Subscribes durably, without a handler in this process: at once on a started bus, else when it
   * starts. Nothing that is published before is for this queue.
   */
  public Queue subscribe(String pattern) {
    Subscription subscription = new Subscription(name(), pattern);
    if (!Pattern.of(pattern).isLiteral()) {
      bus.require(Capability.PATTERN, "The pattern '" + pattern + "'");
    }
    workers.subscribe(this, subscription);
    subscribed.add(subscription);
    return this;
  }

  /**
   * Subscribes durably, as {@link #subscribe} does, and handles deliveries whose event matches the
   * pattern.
   *
   * @throws IllegalArgumentException if the pattern has a handler already
   */
  public Queue on(String pattern, Handler handler) {
    return on(pattern, new Route.Single(Pattern.of(Names.requirePattern(pattern)), handler));
  }

  /**
   * Subscribes durably and handles deliveries with their payload decoded.
   *
   * <p>A payload that does not fit the type makes the delivery a dead letter.
   */
  public <T> Queue on(String pattern, Class<T> payloadType, PayloadHandler<T> handler) {
    Pattern checked = Pattern.of(Names.requirePattern(pattern));
    return on(pattern, new Route.Typed<>(checked, payloadType, handler));
  }

  /**
   * Subscribes durably and handles up to {@code max} deliveries a call.
   *
   * @param max 1 to 1,000
   */
  public Queue onBatch(String pattern, int max, BatchHandler handler) {
    if (max < 1 || max > 1000) {
      throw new IllegalArgumentException("A batch of " + max + " is outside 1 to 1000");
    }
    return on(pattern, new Route.Batch(Pattern.of(Names.requirePattern(pattern)), max, handler));
  }

  private Queue on(String pattern, Route route) {
    routes.add(route);
    subscribe(pattern);
    workers.ensureWorker(this);
    return this;
  }

  /** Sets how many handlers run at once in this process; may be changed while running. */
  public Queue concurrency(int handlers) {
    if (handlers < 1 || handlers > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "The concurrency " + handlers + " is outside 1 to " + MAX_CONCURRENCY);
    }
    options.concurrency = handlers;
    workers.resize(this);
    return this;
  }

  /** Sets how long a delivery is held; it is extended while its handler runs. */
  public Queue lease(Duration lease) {
    if (lease.compareTo(MIN_LEASE) < 0) {
      throw new IllegalArgumentException(
          "A lease of " + lease + " is shorter than " + MIN_LEASE + ": give a longer one");
    }
    options.requireLease(bus, lease);
    beforeStart("lease");
    options.lease = lease;
    return this;
  }

  /** Sets how long a delivery is extended at most; then its lease runs out. */
  public Queue maxHold(Duration limit) {
    beforeStart("maxHold");
    options.maxHold = Durations.requirePositive("longest hold", limit);
    return this;
  }

  /** Sets after which time a running handler is interrupted and its delivery retried. */
  public Queue timeout(Duration limit) {
    beforeStart("timeout");
    options.timeout = Durations.requirePositive("timeout", limit);
    return this;
  }

  /** Sets whether and when failed deliveries are tried again. */
  public Queue retry(RetryPolicy policy) {
    if (policy.waits()) {
      bus.require(Capability.RETRY_DELAY, "A retry policy with waits");
    }
    beforeStart("retry");
    options.retry = policy;
    return this;
  }

  /**
   * Hands out the deliveries of one tid one at a time and in order, in all processes. A property of
   * the queue, kept by the backend: once ordered, it stays so until it is deleted.
   */
  public Queue ordered() {
    bus.require(Capability.ORDER_BY_TID, "An ordered queue");
    beforeStart("ordered");
    options.ordered = true;
    // Those stored already say nothing of the order yet.
    subscribed.forEach(subscription -> workers.subscribe(this, subscription));
    return this;
  }

  /** Lets returning from the handler settle nothing: asynchronous handlers settle later. */
  public Queue manualAck() {
    beforeStart("manualAck");
    options.manualAck = true;
    return this;
  }

  /** Sets what becomes of finished deliveries. */
  public Queue archive(Archive archive) {
    if (archive.mode() != Archive.Mode.DELETE) {
      bus.require(Capability.ARCHIVE, "An archive");
    }
    beforeStart("archive");
    options.archive = archive;
    return this;
  }

  /** Claims nothing more in this process until {@link #resume}; running handlers go on. */
  public void pause() {
    workers.paused(this, true);
  }

  /** Claims again. */
  public void resume() {
    workers.paused(this, false);
  }

  QueueOptions options() {
    return options;
  }

  Routes routes() {
    return routes;
  }

  private void beforeStart(String option) {
    if (workers.works(this)) {
      throw new IllegalStateException(
          "Queue '"
              + Names.shown(name())
              + "' is already being worked on: set "
              + option
              + " before start()");
    }
  }
}
