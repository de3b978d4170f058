package io.wrkr.test;

import io.wrkr.Admin;
import io.wrkr.Event;
import io.wrkr.EventCollector;
import io.wrkr.Handler;
import io.wrkr.Publisher;
import io.wrkr.Queue;
import io.wrkr.Receipt;
import io.wrkr.When;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A bus for tests: a real {@link Wrkr} on the memory backend, whose clock stands still until the
 * test moves it, and whose handlers run on the test's thread, inside {@link #drain}, {@link #step},
 * {@link #advance} and {@link #advanceTo}, and nowhere else. The same calls give the same result
 * each time, ids and jitter included.
 *
 * <p>Used by one thread; code under test may publish from others. It starts by itself with the
 * first publish or move. Closing it runs nothing more.
 *
 * <pre>{@code
 * @WrkrTest
 * class ReminderTest {
 *   @Test
 *   void reminds_after_seven_days(ManualWrkr bus) {
 *     bus.subscribe("mail", "user.reminded", new Reminder()::handle);
 *     bus.publish(Event.of("user.reminded").tid("42").when("7 days"));
 *
 *     bus.advance("7 days");
 *
 *     assertThat(bus).handled("user.reminded").withTid("42").by("mail");
 *   }
 * }
 * }</pre>
 */
public final class ManualWrkr implements Publisher, AutoCloseable {
  /** Where the clock stands at first, unless set: a Monday, 9 o'clock in UTC. */
  public static final Instant DEFAULT_START = Instant.parse("2027-01-04T09:00:00Z");

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final ManualStage stage;
  private final Journal journal;
  private final Fakes fakes = new Fakes();
  private final TestedBackend backend;
  private final ZoneId zone;
  private final Wrkr wrkr;
  private boolean started;

  private ManualWrkr(Builder builder) {
    this.stage = new ManualStage(builder.start, builder.seed);
    this.journal = new Journal(stage);
    this.zone = builder.zone;
    this.backend = new TestedBackend(stage, journal, fakes, this::start);
    Wrkr.Builder bus =
        Wrkr.builder(backend)
            .name("test")
            .zone(zone)
            .clock(stage)
            .executor(stage)
            .listener(new FailureCount());
    this.wrkr = builder.options.apply(bus).build();
  }

  /** Counts what only a listener sees. */
  private final class FailureCount implements WrkrListener {
    @Override
    public void failed(io.wrkr.Delivery delivery, Throwable failure) {
      journal.failed();
    }
  }

  /** Returns a bus with default options. */
  public static ManualWrkr create() {
    return builder().build();
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the bus itself, to be given to the code under test. */
  public Wrkr wrkr() {
    return wrkr;
  }

  /** Returns the queue of this name; see {@link Wrkr#queue}. */
  public Queue queue(String name) {
    return wrkr.queue(name);
  }

  /** Subscribes and handles; see {@link Wrkr#subscribe}. */
  public ManualWrkr subscribe(String queue, String pattern, Handler handler) {
    wrkr.subscribe(queue, pattern, handler);
    return this;
  }

  @Override
  public Receipt publish(Event event) {
    return wrkr.publish(event);
  }

  @Override
  public List<Receipt> publish(List<Event> events) {
    return wrkr.publish(events);
  }

  /** Returns the collector; see {@link Wrkr#collector}. */
  public EventCollector collector() {
    return wrkr.collector();
  }

  /** Returns the view for looking and repairing; see {@link Wrkr#admin}. */
  public Admin admin() {
    return wrkr.admin();
  }

  /** Returns where troubles can be asked for. */
  public Fakes fakes() {
    return fakes;
  }

  /** Returns where the clock stands. */
  public Instant now() {
    return stage.instant();
  }

  private void start() {
    if (!started) {
      started = true;
      wrkr.start();
    }
  }

  /**
   * Moves the clock by what the phrase says, such as {@code "7 days"} or {@code "next friday 9am"},
   * and handles on the way whatever comes due, at its time.
   */
  public Drained advance(String phrase) {
    return advanceTo(When.parse(phrase, ZonedDateTime.ofInstant(now(), zone)).instant());
  }

  /** Moves the clock by this long; see {@link #advance(String)}. */
  public Drained advance(Duration length) {
    return advanceTo(now().plus(length));
  }

  /**
   * Moves the clock to this instant, and handles on the way whatever comes due, at its time.
   *
   * <p>Called from a handler it stands for a handler that takes this long: leases are extended and
   * time limits enforced meanwhile, but nothing else is handled.
   *
   * @throws IllegalArgumentException if the instant is in the clock's past
   */
  public Drained advanceTo(Instant instant) {
    if (instant.isBefore(now())) {
      throw new IllegalArgumentException(
          "The clock stands at " + now() + " and does not go back to " + instant);
    }
    return counted(() -> stage.moveTo(stage.nanosAt(instant), backend));
  }

  /**
   * Handles all that is due, and what that publishes for now. The clock stands still, but for the
   * pauses of at most a second that the bus makes after a failure.
   */
  public Drained drain() {
    requireOutside("drain");
    return counted(() -> stage.drain(LONGEST_PAUSE));
  }

  /**
   * Hands out the next delivery that is due, and no other.
   *
   * @return whether there was one
   */
  public boolean step() {
    requireOutside("step");
    start();
    return backend.allow(1, stage::settleNow) == 1;
  }

  private void requireOutside(String what) {
    if (stage.isHandling()) {
      throw new IllegalStateException(
          "A handler called " + what + "(), which runs handlers: call it from the test");
    }
  }

  private Drained counted(Runnable work) {
    start();
    int handled = journal.count("handled");
    int failed = journal.count("failed");
    int retried = journal.count("to be retried");
    int dead = journal.count("dead");
    work.run();
    return new Drained(
        journal.count("handled") - handled,
        journal.count("failed") - failed,
        journal.count("to be retried") - retried,
        journal.count("dead") - dead,
        backend.scheduled());
  }

  /** Returns all that happened so far, a line each, with the time since the bus was made. */
  public String timeline() {
    return journal.timeline();
  }

  Journal journal() {
    return journal;
  }

  ZonedDateTime zoned(Instant instant) {
    return instant.atZone(zone);
  }

  /** Gives back what is being handled and closes the bus; idempotent. */
  @Override
  public void close() {
    wrkr.close();
  }

  @Override
  public String toString() {
    return "ManualWrkr at " + now();
  }

  /** Options of a bus for tests. Not thread-safe. */
  public static final class Builder {
    private Instant start = DEFAULT_START;
    private ZoneId zone = ZoneOffset.UTC;
    private long seed;
    private UnaryOperator<Wrkr.Builder> options = UnaryOperator.identity();

    private Builder() {}

    /** Sets where the clock stands at first; default {@link #DEFAULT_START}. */
    public Builder start(Instant start) {
      this.start = start;
      return this;
    }

    /** Sets the zone for phrases; default UTC. */
    public Builder zone(ZoneId zone) {
      this.zone = zone;
      return this;
    }

    /** Sets the seed of jitter; default 0. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets further options of the bus: interceptors, listeners, codec. */
    public Builder options(UnaryOperator<Wrkr.Builder> options) {
      this.options = options;
      return this;
    }

    /** Opens the bus. */
    public ManualWrkr build() {
      return new ManualWrkr(this);
    }
  }
}
