package io.wrkr.verify;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Handler;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Queue;
import io.wrkr.RetryPolicy;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.WrkrException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final int BACKLOG = 10_000;
  private static final int MANY = 100;
  private static final String FOLLOWED = "v.fast.followed";

  /** A queue of the workload. */
  enum Line {
    FAST("v.fast.#", 32, MANY, false),
    SLOW("v.slow.*", 4, MANY, false),
    ORDERED("v.tid.#", 8, MANY, true),
    AUDIT("v.*.both", 8, MANY, false),
    FAILING("v.failing.#", 4, 3, false);

    final String pattern;
    final int concurrency;
    final int attempts;
    final boolean ordered;

    Line(String pattern, int concurrency, int attempts, boolean ordered) {
      this.pattern = pattern;
      this.concurrency = concurrency;
      this.attempts = attempts;
      this.ordered = ordered;
    }

    String queue() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    Subscription subscription() {
      return new Subscription(queue(), pattern);
    }
  }

  private Workload() {}

  /** Tells the checker what holds for the queues. */
  static void configure(Recorder recorder) {
    for (Line line : Line.values()) {
      recorder.configured(line.queue(), line.attempts, line.ordered, PATIENCE);
    }
  }

  static void declare(Wrkr wrkr, Recorder recorder) {
    for (Line line : Line.values()) {
      Queue queue =
          wrkr.queue(line.queue())
              .concurrency(line.concurrency)
              .lease(LEASE)
              .retry(RetryPolicy.fixed(Duration.ofMillis(100)).maxAttempts(line.attempts));
      if (line.ordered) {
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

  /** Publishes until stopped, as fast as the workers keep up. */
  static final class Publishing {
    private static final Duration BREATH = Duration.ofMillis(100);
    private static final int BATCHES_PER_LOOK = 8;
    private static final int LARGEST_BATCH = 600;

    /** More often, and the queue of slow handlers would hold up the end. */
    private static final long BETWEEN_SLOW = Duration.ofMillis(500).toNanos();

    private final Wrkr wrkr;
    private final int process;
    private final SplittableRandom random;
    private long last;
    private long nextSlow;
    private volatile boolean stopped;

    Publishing(Wrkr wrkr, int process, SplittableRandom random) {
      this.wrkr = wrkr;
      this.process = process;
      this.random = random;
      this.nextSlow = Seam.nanos();
    }

    void stop() {
      stopped = true;
    }

    void run() {
      for (int batch = 0; !stopped; batch++) {
        try {
          if (batch % BATCHES_PER_LOOK == 0 && isFarAhead()) {
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

    private boolean isFarAhead() {
      return wrkr.admin().queues().stream().anyMatch(stats -> stats.ready() > BACKLOG);
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
      Event event = luck < 900 ? Event.of("v.fast.usual") : rare(luck);
      int delay = random.nextInt(10) == 0 ? random.nextInt(1500) : 0;
      String padding = "x".repeat(random.nextInt(64));
      event = event.id(EventKeys.id(process, ++last)).payload(last + padding);
      return delay == 0 ? event : event.delay(Duration.ofMillis(delay));
    }

    private Event rare(int luck) {
      if (luck < 960) {
        return Event.of("v.tid.x").tid("t" + random.nextInt(100));
      }
      if (luck < 994) {
        return Event.of("v.fast.both");
      }
      if (luck < 997 || Seam.nanos() - nextSlow < 0) {
        return Event.of("v.failing.x");
      }
      nextSlow = Seam.nanos() + BETWEEN_SLOW;
      return Event.of("v.slow.x");
    }
  }
}
