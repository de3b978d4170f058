package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Inspector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes and handles without pause, and keeps what it was told. */
final class Load implements AutoCloseable {
  private static final int PUBLISHERS = 4;

  final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  final Set<String> acked = ConcurrentHashMap.newKeySet();
  final AtomicInteger failures = new AtomicInteger();
  final List<String> untyped = new ArrayList<>();
  private final Set<String> seenAgain = new HashSet<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ExecutorService pool = Executors.newFixedThreadPool(PUBLISHERS + 1);
  private final List<Future<?>> running = new ArrayList<>();

  Load(Backend backend) {
    for (int p = 0; p < PUBLISHERS; p++) {
      String name = "p" + p + "-";
      running.add(pool.submit(() -> publish(backend, name)));
    }
    running.add(pool.submit(() -> handle(backend)));
  }

  private void publish(Backend backend, String name) {
    for (int n = 0; !stop.get(); n++) {
      String batch = name + n + "-";
      if (attempt(() -> backend.publish(Samples.events(batch, 5)))) {
        confirm(batch, 5);
      }
    }
  }

  private synchronized void confirm(String batch, int count) {
    for (int i = 0; i < count; i++) {
      confirmed.add(batch + i);
    }
    notifyAll();
  }

  private void handle(Backend backend) {
    while (!stop.get()) {
      attempt(
          () -> {
            List<ClaimedDelivery> claimed = Samples.claim(backend, 20);
            if (backend.settle(Samples.acks(claimed)).isEmpty()) {
              claimed.forEach(delivery -> acked.add(delivery.event().id()));
            }
          });
    }
  }

  private boolean attempt(Runnable call) {
    try {
      call.run();
      return true;
    } catch (BackendException e) {
      failures.incrementAndGet();
    } catch (RuntimeException e) {
      synchronized (untyped) {
        untyped.add(e.toString());
      }
    }
    return false;
  }

  synchronized void awaitConfirmed(int count) throws InterruptedException {
    long deadline = Mongods.nanos() + Duration.ofSeconds(60).toNanos();
    while (confirmed.size() < count && Mongods.nanos() < deadline) {
      wait(100);
    }
    assertThat(confirmed.size()).as("confirmed in time").isGreaterThanOrEqualTo(count);
  }

  @Override
  public void close() throws Exception {
    stop.set(true);
    for (Future<?> each : running) {
      each.get();
    }
    pool.shutdown();
  }

  /** To be called when it was closed. */
  void assertNothingConfirmedIsGone(Backend backend) {
    assertThat(untyped).isEmpty();
    Set<String> left = leftOver(backend);
    Set<String> missing = new HashSet<>(confirmed);
    missing.removeAll(acked);
    missing.removeAll(left);
    // What a lost claim or ack holds comes back after its lease; the rest is a loss.
    Inspector inspector = (Inspector) backend;
    missing.removeIf(
        id ->
            !inspector.find(Query.all().queue(QUEUE).eventId(id)).deliveries().isEmpty()
                || backend.publish(List.of(Samples.event(id))).get(0).duplicate());
    assertThat(missing).as("confirmed and gone").isEmpty();
  }

  /** The same; what was acked may not be back either. */
  void assertNothingLost(Backend backend) {
    Set<String> left = new HashSet<>(acked);
    assertNothingConfirmedIsGone(backend);
    left.retainAll(seenAgain);
    assertThat(left).as("acked and back again").isEmpty();
  }

  private Set<String> leftOver(Backend backend) {
    List<ClaimedDelivery> claimed = Samples.claim(backend, 1000);
    while (!claimed.isEmpty()) {
      claimed.forEach(delivery -> seenAgain.add(delivery.event().id()));
      claimed = Samples.claim(backend, 1000);
    }
    return seenAgain;
  }
}
