package io.wrkr.verify;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Handler;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Queue;
import io.wrkr.QueueStats;
import io.wrkr.RetryPolicy;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.WrkrException;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What instances do in process tests: queues of every kind, handlers that fail, hold, follow up and
 * give up, a publisher of batches, delays, tids and repeated ids.
 *
 * <p>What a handler does hangs on the event, its attempt and its age, so that whatever is killed,
 * all of it ends some time.
 */
final class Workload {
  /** The lease of all queues: short, so that the killed are missed soon. */
  static final Duration LEASE = Duration.ofSeconds(2);

  private static final long PATIENCE = Duration.ofMinutes(2).toNanos();
  private static final Duration SOON = Duration.ofMillis(300);
  private static final int MANY = 100;
  private static final String FOLLOWED = "v.fast.followed";

  /** A queue of the workload. */
  enum Line {
    FAST("v.fast.#", 32, MANY, false, 10_000),
    SLOW("v.slow.*", 4, MANY, false, 30),
    ORDERED("v.tid.#", 8, MANY, true, 2_000),
    AUDIT("v.*.both", 8, MANY, false, 10_000),
    FAILING("v.failing.#", 4, 3, false, 1_000);

    final String pattern;
    final int concurrency;
    final int attempts;
    private final boolean ordered;

    /** With more than this ready, nothing is published to it for a while. */
    final int backlog;

    Line(String pattern, int concurrency, int attempts, boolean ordered, int backlog) {
      this.pattern = pattern;
      this.concurrency = concurrency;
      this.attempts = attempts;
      this.ordered = ordered;
      this.backlog = backlog;
    }

    String queue() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean isOrderedOn(Backend backend) {
      return ordered && backend.capabilities().has(Capability.ORDER_BY_TID);
    }

    Subscription subscription() {
      return new Subscription(queue(), pattern);
    }
  }

  private Workload() {}

  /** Tells the checker what holds for the queues of this backend. */
  static void configure(Recorder recorder, Backend backend) {
    for (Line line : Line.values()) {
      recorder.configured(line.queue(), line.attempts, line.isOrderedOn(backend), PATIENCE);
    }
  }

  static void declare(Wrkr wrkr, Backend backend, Recorder recorder) {
    for (Line line : Line.values()) {
      Queue queue =
          wrkr.queue(line.queue())
              .concurrency(line.concurrency)
              .lease(LEASE)
              .retry(RetryPolicy.fixed(Duration.ofMillis(100)).maxAttempts(line.attempts));
      if (line.isOrderedOn(backend)) {
        queue.ordered();
      }
      queue.on(line.pattern, new RecordingHandler(handler(line), recorder));
    }
  }

  private static Handler handler(Line line) {
    return switch (line) {
      case FAST -> Workload::handle;
      case SLOW -> delivery -> Seam.pause(LEASE.multipliedBy(luck(delivery, 13)).dividedBy(8));
      case ORDERED, AUDIT -> Workload::failFirst;
      case FAILING -> Workload::failMostly;
    };
  }

  private static void handle(Delivery delivery) {
    int luck = luck(delivery, 1000);
    if (luck < 10) {
      failFirst(delivery);
    } else if (luck < 15) {
      if (Seam.now().isBefore(delivery.publishedAt().plus(SOON))) {
        delivery.release(Duration.ofMillis(50));
      }
    } else if (luck < 17) {
      delivery.deadLetter("given up on purpose");
    } else if (luck < 30 && !delivery.name().equals(FOLLOWED)) {
      delivery.followUp(Event.of(FOLLOWED).payload("after"));
    }
  }

  private static void failFirst(Delivery delivery) {
    if (delivery.attempt() == 1 && luck(delivery, 50) == 0) {
      throw new IllegalStateException("fails the first time");
    }
  }

  private static void failMostly(Delivery delivery) {
    if (luck(delivery, 4) > 0) {
      throw new IllegalStateException("fails on purpose");
    }
  }

  /** A number below {@code bound} that hangs on the event alone. */
  private static int luck(Delivery delivery, int bound) {
    long mixed = EventKeys.key(delivery.id()) * 0x9E3779B97F4A7C15L;
    return (int) ((mixed >>> 33) % bound);
  }

  /**
   * Publishes until stopped, as fast as the workers keep up: where a queue is behind, the end of a
   * round would wait for it.
   */
  static final class Publishing {
    private static final Duration BREATH = Duration.ofMillis(100);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int TIDS = 300;
    private static final int LARGEST_BATCH = 600;

    private final Wrkr wrkr;
    private final int process;
    private final SplittableRandom random;
    private long last;
    private Set<Line> full = EnumSet.noneOf(Line.class);
    private volatile boolean stopped;

    Publishing(Wrkr wrkr, int process, SplittableRandom random) {
      this.wrkr = wrkr;
      this.process = process;
      this.random = random;
    }

    void stop() {
      stopped = true;
    }

    void run() {
      long lookAt = Seam.nanos();
      while (!stopped) {
        try {
          if (Seam.nanos() - lookAt >= 0) {
            full = full();
            lookAt = Seam.nanos() + BETWEEN_LOOKS.toNanos();
          }
          if (full.contains(Line.FAST) || full.contains(Line.AUDIT)) {
            Seam.pause(BREATH);
          } else {
            publish(batch());
          }
        } catch (WrkrException e) {
          Seam.pause(BREATH);
        } catch (IllegalStateException e) {
          if (!stopped) {
            throw e;
          }
        }
      }
    }

    private void publish(List<Event> events) {
      try {
        wrkr.publish(events);
      } catch (OutcomeUnknownException | BackendUnavailableException e) {
        Seam.pause(BREATH);
        if (random.nextBoolean()) {
          return;
        }
        wrkr.publish(events);
      }
      if (random.nextInt(64) == 0) {
        wrkr.publish(events);
      }
    }

    private Set<Line> full() {
      Set<Line> full = EnumSet.noneOf(Line.class);
      for (QueueStats stats : wrkr.admin().queues()) {
        for (Line line : Line.values()) {
          if (line.queue().equals(stats.queue()) && stats.ready() > line.backlog) {
            full.add(line);
          }
        }
      }
      return full;
    }

    private List<Event> batch() {
      int size = random.nextInt(8) == 0 ? 1 : 1 + random.nextInt(LARGEST_BATCH);
      List<Event> events = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        events.add(event());
      }
      return events;
    }

    private Event event() {
      int luck = random.nextInt(1000);
      Event event = full.contains(line(luck)) ? Event.of("v.fast.usual") : event(luck);
      int delay = random.nextInt(10) == 0 ? random.nextInt(1500) : 0;
      String padding = "x".repeat(random.nextInt(64));
      event = event.id(EventKeys.id(process, ++last)).payload(last + padding);
      return delay == 0 ? event : event.delay(Duration.ofMillis(delay));
    }

    private static Line line(int luck) {
      if (luck < 900) {
        return Line.FAST;
      }
      if (luck < 960) {
        return Line.ORDERED;
      }
      if (luck < 994) {
        return Line.AUDIT;
      }
      return luck < 997 ? Line.FAILING : Line.SLOW;
    }

    private Event event(int luck) {
      return switch (line(luck)) {
        case FAST -> Event.of("v.fast.usual");
        case SLOW -> Event.of("v.slow.x");
        case ORDERED -> Event.of("v.tid.x").tid("t" + random.nextInt(TIDS));
        case AUDIT -> Event.of("v.fast.both");
        case FAILING -> Event.of("v.failing.x");
      };
    }
  }
}
