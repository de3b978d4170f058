package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.ObservableClock;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Stage;
import io.wrkr.spi.TransactionalPublish;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One process's connection to the bus: publishes events, and hands deliveries to handlers.
 *
 * <p>Thread-safe. Life: declare queues and handlers, {@link #start}, {@link #stop} or {@link
 * #close}. Publishing and {@link #admin} work from the beginning until {@link #close}; after it
 * every method but {@code close} throws {@link IllegalStateException}. A started bus keeps the JVM
 * alive.
 *
 * <pre>{@code
 * try (Wrkr wrkr = Wrkr.connect("sqlite:app.db")) {
 *   wrkr.subscribe("mail", "ourapp.user.added", delivery -> welcome(delivery.tid()));
 *   wrkr.start();
 *   wrkr.publish(Event.of("ourapp.user.added").tid("42"));
 *   wrkr.publish(Event.of("ourapp.user.reminder").tid("42").when("7 days"));
 * }
 * }</pre>
 *
 * <p>Guarantee: an event whose publish returned is delivered at least once to every queue
 * subscribed before, never before its due instant, and not again after an ack that returned true.
 * Handlers can see an event more than once: after a crash, or when a lease ran out.
 */
public final class Wrkr implements Publisher, AutoCloseable {
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(10);

  private final Bus bus;
  private final Workers workers;
  private final Publishing store;
  private final Publisher publishing;
  private final Admin admin;
  private final EventCollector collector;
  private final Recurrences recurrences;
  private final @Nullable Registration clockChanges;
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;

  /** How long after a delivery's end its event id makes no further one. */
  record DedupeWindows(Duration givenIds, Duration busIds) {}

  private Wrkr(Builder builder, Backend backend) {
    Stage stage = builder.clock instanceof Stage tests ? tests : SystemStage.INSTANCE;
    BackendCalls calls = new BackendCalls(stage);
    Notices notices = new Notices(builder.listeners, stage);
    InstantSource wall = builder.clock == null ? SystemStage.wall() : builder.clock;
    PayloadCodec codec = builder.codec == null ? JsonCodec.INSTANCE : builder.codec;
    Encoder encoder =
        new Encoder(
            backend.capabilities(), codec, wall, builder.zone, builder.windows, stage::nextId);
    this.bus =
        new Bus(
            builder.name,
            backend,
            calls,
            codec,
            encoder,
            List.copyOf(builder.interceptors),
            notices,
            wall,
            stage);
    this.workers =
        new Workers(bus, builder.executor, this::takePartInRecurrences, this::requireOpen);
    this.admin = new Admin(bus, workers);
    this.store = new Publishing(backend, calls, encoder, notices, workers::arrived);
    this.publishing = Intercepted.publisher(store, bus.interceptors());
    this.recurrences = new Recurrences(bus, admin);
    this.collector = new EventCollector(publishing, encoder);
    this.clockChanges =
        builder.clock instanceof ObservableClock clock ? clock.onChange(workers::clockMoved) : null;
  }

  /** Connects to the backend of the URI with default options. */
  public static Wrkr connect(String uri) {
    return builder(uri).build();
  }

  /**
   * Returns the statements that create what the store of the URI needs, for people to run where the
   * program itself may not; empty where there is nothing to run. Connects to nothing.
   */
  public static Optional<String> schema(String uri) {
    return Backends.schema(uri);
  }

  /** Returns a builder for the backend of the URI. */
  public static Builder builder(String uri) {
    return new Builder(uri, null);
  }

  /** Returns a builder for this backend, which the bus closes when it is closed. */
  public static Builder builder(Backend backend) {
    return new Builder(null, backend);
  }

  /** Returns the queue of this name: the same object for the same name. */
  public Queue queue(String name) {
    requireOpen();
    return queues.computeIfAbsent(
        Names.requireUsersQueue(name), each -> new Queue(bus, workers, each));
  }

  /** Subscribes durably and handles: short for {@code queue(queue).on(pattern, handler)}. */
  public Wrkr subscribe(String queue, String pattern, Handler handler) {
    queue(queue).on(pattern, handler);
    return this;
  }

  @Override
  public Receipt publish(Event event) {
    requireOpen();
    return publishing.publish(event);
  }

  @Override
  public List<Receipt> publish(List<Event> events) {
    requireOpen();
    return publishing.publish(List.copyOf(events));
  }

  /**
   * Returns a publisher that stores events inside the caller's transaction: committed with its data
   * or not at all. Used like the transaction itself, on its thread.
   *
   * @param transaction a {@code java.sql.Connection} with autocommit off on SQL backends, a {@code
   *     ClientSession} with a running transaction on MongoDB
   * @throws UnsupportedCapabilityException if this backend cannot join it
   */
  public Publisher within(Object transaction) {
    requireOpen();
    bus.require(Capability.TX_JOIN, "Publishing within a transaction of the caller");
    if (bus.backend() instanceof TransactionalPublish<?> joinable) {
      return Intercepted.publisher(joined(joinable, transaction), bus.interceptors());
    }
    throw new UnsupportedCapabilityException(
        Capability.TX_JOIN, "This backend joins no transaction of the caller");
  }

  private <T> Publisher joined(TransactionalPublish<T> backend, Object transaction) {
    if (!backend.transactionType().isInstance(transaction)) {
      throw new UnsupportedCapabilityException(
          Capability.TX_JOIN,
          "This backend joins a "
              + backend.transactionType().getName()
              + ", not a "
              + transaction.getClass().getName());
    }
    T own = backend.transactionType().cast(transaction);
    return new JoinedPublishing<>(
        backend, own, bus.encoder(), workers, bus.capabilities().maxBatch());
  }

  /** Returns the collector of events for units of work: the same object at every call. */
  public EventCollector collector() {
    requireOpen();
    return collector;
  }

  /**
   * Publishes the event again and again, by a rule that is kept durably: exactly one event a fire
   * for any number of processes, as long as one of them is started. Fires missed meanwhile collapse
   * into one. A rule of the same id is replaced.
   *
   * @param id 1 to 100 bytes; each event's id is {@code ID@INSTANT}
   * @param recurrence a rule with a {@link Recurrence#text}
   * @param event an event without id and due instant
   * @throws IllegalArgumentException if the rule never fires or cannot be kept
   */
  public void repeat(String id, Recurrence recurrence, Event event) {
    requireOpen();
    recurrenceQueue();
    recurrences.repeat(publishing, id, recurrence, event);
  }

  /**
   * Ends a recurring publish; returns whether there was one. While an instance is firing it this
   * waits, at most 15 seconds. One that was paused over it meanwhile may still publish that one
   * event.
   *
   * @throws OutcomeUnknownException if it was still being fired then; cancel it again
   */
  public boolean cancelRepeat(String id) {
    requireOpen();
    return recurrences.cancel(id);
  }

  /** Declares the bus's own queue, on which fires are handled. */
  private synchronized void recurrenceQueue() {
    if (!queues.containsKey(Recurrences.QUEUE)) {
      Queue queue = new Queue(bus, workers, Recurrences.QUEUE);
      workers.store(queue, new Subscription(Recurrences.QUEUE, Recurrences.EVENT));
      queue
          .concurrency(1)
          .lease(Recurrences.LEASE)
          .on(Recurrences.EVENT, each -> recurrences.fire(publishing, each));
      queues.put(Recurrences.QUEUE, queue);
    }
  }

  private void takePartInRecurrences() {
    boolean used =
        bus.calls().idempotent("Listing subscriptions", bus.backend()::subscriptions).stream()
            .anyMatch(each -> each.queue().equals(Recurrences.QUEUE));
    if (used) {
      recurrenceQueue();
    }
  }

  /** Returns the view for looking and repairing. */
  public Admin admin() {
    requireOpen();
    return admin;
  }

  /** Stores the subscriptions declared so far and starts the workers; idempotent. */
  public void start() {
    requireOpen();
    workers.start();
  }

  /**
   * Claims nothing more, lets running handlers finish and their acks count, then interrupts what
   * still runs and gives it back, uncounted, with all that had not begun. The bus can be started
   * again.
   *
   * <p>Called from a handler it does not wait for that handler, and answers false.
   *
   * @return whether all handlers finished in time
   */
  public boolean stop(Duration grace) {
    requireOpen();
    Durations.requireNotNegative("grace period", grace);
    if (isOwnHandler()) {
      bus.stage().elsewhere("wrkr-closer", () -> workers.stop(grace));
      return false;
    }
    return workers.stop(grace);
  }

  /**
   * Stops with a grace period of 30 seconds, lets publishes that have begun finish, for 10 seconds
   * at most, then closes the backend; idempotent. Called from a handler it returns at once and
   * closes when that handler is done.
   */
  @Override
  public void close() {
    boolean first = closing.compareAndSet(false, true);
    if (isOwnHandler()) {
      if (first) {
        bus.stage().elsewhere("wrkr-closer", this::closeNow);
      }
    } else if (first) {
      closeNow();
    } else {
      Uninterrupted.await(CLOSE_LIMIT, nanos -> ended.await(nanos, TimeUnit.NANOSECONDS));
    }
  }

  private void closeNow() {
    try {
      workers.stop(CLOSE_GRACE);
    } finally {
      closed = true;
      collector.close();
      if (clockChanges != null) {
        clockChanges.close();
      }
      endBackend();
    }
  }

  private void endBackend() {
    try {
      store.close(PUBLISH_LIMIT);
      bus.notices().close(Duration.ofSeconds(5));
      bus.backend().close();
    } finally {
      ended.countDown();
    }
  }

  private boolean isOwnHandler() {
    DeliveryTask current = DeliveryTask.current();
    return current != null && current.worker().isOf(bus);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The bus '" + bus.name() + "' is closed: build a new one");
    }
  }

  /** Options of a bus. Not thread-safe; {@link #build} may be called once. */
  public static final class Builder {
    /** How long an id that the caller gave makes no further delivery, unless set: 7 days. */
    public static final Duration DEFAULT_DEDUPE_GIVEN_IDS = Duration.ofDays(7);

    /** The same for ids made by the bus, unless set: 1 hour. */
    public static final Duration DEFAULT_DEDUPE_BUS_IDS = Duration.ofHours(1);

    private final @Nullable String uri;
    private final @Nullable Backend backend;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final List<WrkrListener> listeners = new ArrayList<>();
    private final Set<Capability> required = EnumSet.noneOf(Capability.class);
    private String name = InstanceName.make();
    private boolean built;
    private ZoneId zone = ZoneOffset.UTC;
    private @Nullable InstantSource clock;
    private @Nullable PayloadCodec codec;
    private @Nullable Executor executor;
    private DedupeWindows windows =
        new DedupeWindows(DEFAULT_DEDUPE_GIVEN_IDS, DEFAULT_DEDUPE_BUS_IDS);

    private Builder(@Nullable String uri, @Nullable Backend backend) {
      this.uri = uri;
      this.backend = backend;
    }

    /**
     * Sets the name shown in logs and by {@link Admin#instance}; default host, process id and a
     * random part.
     */
    public Builder name(String instance) {
      this.name = Names.requireQueue(instance);
      return this;
    }

    /** Sets the zone for phrases such as "next friday 9am"; default UTC. */
    public Builder zone(ZoneId zone) {
      this.zone = zone;
      return this;
    }

    /** Has the backend judge due instants and leases by this clock, for tests. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /** Sets how payloads become bytes; default JSON. */
    public Builder codec(PayloadCodec codec) {
      this.codec = codec;
      return this;
    }

    /** Sets what runs handlers; default threads of its own. The bus does not shut it down. */
    public Builder executor(Executor executor) {
      this.executor = executor;
      return this;
    }

    /** Adds an interceptor, inside those added before. */
    public Builder interceptor(Interceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    /** Adds a listener. */
    public Builder listener(WrkrListener listener) {
      listeners.add(listener);
      return this;
    }

    /** Has {@link #build} refuse a backend without this capability. */
    public Builder require(Capability capability) {
      required.add(capability);
      return this;
    }

    /** Sets how long after a delivery's end the same event id makes no further one. */
    public Builder dedupeWindow(Duration givenIds, Duration busIds) {
      windows =
          new DedupeWindows(
              Durations.requireNotNegative("dedupe window", givenIds),
              Durations.requireNotNegative("dedupe window", busIds));
      return this;
    }

    /**
     * Opens the backend and returns the bus, not yet started.
     *
     * @throws IllegalArgumentException if no backend on the class path knows the URI
     * @throws BackendUnavailableException if the store cannot be reached or refuses
     * @throws UnsupportedCapabilityException if the backend lacks something required
     * @throws IllegalStateException if this builder built a bus before
     */
    public Wrkr build() {
      if (built) {
        throw new IllegalStateException(
            "This builder has built its bus '" + name + "': make a builder for each bus");
      }
      Backend opened = uri == null ? java.util.Objects.requireNonNull(backend) : Backends.open(uri);
      try {
        required.forEach(each -> requireFrom(opened, each));
        if (clock != null) {
          useClock(opened, clock);
        }
        Wrkr bus = new Wrkr(this, opened);
        built = true;
        return bus;
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
    }

    private static void requireFrom(Backend opened, Capability capability) {
      if (!opened.capabilities().has(capability)) {
        throw new UnsupportedCapabilityException(
            capability, "The configuration requires " + capability + ", which this backend lacks");
      }
    }

    private static void useClock(Backend opened, InstantSource clock) {
      if (!(opened instanceof Clocked clocked)) {
        throw new IllegalArgumentException(
            "This backend cannot judge by another clock: leave Builder.clock out");
      }
      clocked.useClock(clock);
    }
  }
}
