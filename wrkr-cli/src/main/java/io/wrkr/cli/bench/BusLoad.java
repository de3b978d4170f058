package io.wrkr.cli.bench;

import io.wrkr.Event;
import io.wrkr.QueueStats;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes to queues of its own, whose handlers only count. */
final class BusLoad {
  private static final Duration STALL = Duration.ofSeconds(60);

  private final Wrkr wrkr;
  private final BenchPlan plan;
  private final List<String> queues = new ArrayList<>();
  private final Event event;
  private final AtomicLong handled = new AtomicLong();
  private volatile long wanted;
  private volatile CountDownLatch done = new CountDownLatch(0);

  BusLoad(Wrkr wrkr, BenchPlan plan, String prefix) {
    this.wrkr = wrkr;
    this.plan = plan;
    this.event = Event.of(prefix + ".load").payload(Payloads.of(plan.payload()));
    for (int i = 1; i <= plan.queues(); i++) {
      queues.add(prefix + ".queue-" + i);
    }
    for (String queue : queues) {
      wrkr.queue(queue).on(event.name(), delivery -> count());
    }
  }

  List<String> queues() {
    return queues;
  }

  private void count() {
    if (handled.incrementAndGet() == wanted) {
      done.countDown();
    }
  }

  /** Publishes and handles at the same time, until the last ack is stored; returns the seconds. */
  double endToEnd(int events) throws InterruptedException {
    expect(events);
    wrkr.start();
    long begun = Seam.nanos();
    publish(events);
    return finish(begun);
  }

  /** Publishes only; returns the seconds. */
  double publishOnly(int events) throws InterruptedException {
    expect(events);
    long begun = Seam.nanos();
    publish(events);
    return seconds(begun);
  }

  /** Handles what was published, until the last ack is stored; returns the seconds. */
  double handleBacklog() throws InterruptedException {
    long begun = Seam.nanos();
    wrkr.start();
    return finish(begun);
  }

  private void expect(int events) {
    handled.set(0);
    wanted = (long) events * queues.size();
    done = new CountDownLatch(1);
  }

  private double finish(long begun) throws InterruptedException {
    for (long before = -1; !done.await(STALL.toSeconds(), TimeUnit.SECONDS); ) {
      if (handled.get() == before) {
        throw new IllegalStateException(
            "nothing was handled for " + STALL.toSeconds() + " s, at " + before + " of " + wanted);
      }
      before = handled.get();
    }
    // What was handled counts when its ack is stored, and stopping waits for that.
    wrkr.stop(STALL);
    double seconds = seconds(begun);
    requireEmpty();
    return seconds;
  }

  private void requireEmpty() {
    for (String queue : queues) {
      QueueStats left = wrkr.admin().queue(queue);
      if (left.ready() + left.scheduled() + left.leased() + left.dead() > 0) {
        throw new IllegalStateException("not all acks arrived: " + left);
      }
    }
  }

  private void publish(int events) throws InterruptedException {
    List<Event> batch = new ArrayList<>();
    for (int i = 0; i < plan.batch(); i++) {
      batch.add(event);
    }
    AtomicInteger left = new AtomicInteger(events);
    Seam.inParallel(plan.publishers(), () -> publish(batch, left));
  }

  private void publish(List<Event> batch, AtomicInteger left) {
    for (int n = take(left, batch.size()); n > 0; n = take(left, batch.size())) {
      if (n == 1) {
        wrkr.publish(event);
      } else {
        wrkr.publish(batch.subList(0, n));
      }
    }
  }

  private static int take(AtomicInteger left, int most) {
    return Math.min(most, left.getAndAdd(-most));
  }

  private static double seconds(long begun) {
    return Math.max(1, Seam.nanos() - begun) / 1e9;
  }
}
