package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Receipt;
import io.wrkr.Wrkr;
import io.wrkr.WrkrException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server killed in the middle of load loses nothing that was confirmed, and work goes on. */
@Timeout(240)
class KilledServerTest {
  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final ExecutorService publisher = Executors.newSingleThreadExecutor();
  private volatile boolean stop;
  private volatile CountDownLatch progress = new CountDownLatch(0);

  @AfterEach
  void end() {
    stop = true;
    publisher.shutdown();
  }

  @Test
  void postgresql() throws Exception {
    try (OwnServer server = OwnServer.postgres()) {
      losesNothing(server);
    }
  }

  @Test
  void mariadb() throws Exception {
    try (OwnServer server = OwnServer.mariaDb()) {
      losesNothing(server);
    }
  }

  private void losesNothing(OwnServer server) throws Exception {
    try (Wrkr wrkr = Wrkr.connect(server.uri())) {
      wrkr.queue("q")
          .lease(Duration.ofSeconds(2))
          .on("#", delivery -> handled.add(delivery.event().id().orElseThrow()));
      wrkr.start();
      CompletableFuture<Void> load = CompletableFuture.runAsync(() -> publish(wrkr), publisher);
      awaitConfirmed(500);

      server.kill();
      server.start();

      awaitConfirmed(500);
      stop = true;
      load.get(60, TimeUnit.SECONDS);
      awaitHandled(wrkr);
    }
    assertThat(handled).containsAll(confirmed);
    assertThat(failures).allSatisfy(e -> assertThat(e).isInstanceOf(WrkrException.class));
  }

  private void publish(Wrkr wrkr) {
    while (!stop) {
      try {
        List<Event> batch = List.of(Event.of("a"), Event.of("b"), Event.of("c"));
        wrkr.publish(batch).stream().map(Receipt::id).forEach(confirmed::add);
        progress.countDown();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  /** Waits for so many further publishes. */
  private void awaitConfirmed(int count) throws InterruptedException {
    progress = new CountDownLatch(count);
    assertThat(progress.await(100, TimeUnit.SECONDS)).as("publishes went on").isTrue();
  }

  private void awaitHandled(Wrkr wrkr) throws InterruptedException {
    CountDownLatch all = new CountDownLatch(1);
    wrkr.queue("last").on("last", delivery -> all.countDown());
    wrkr.publish(Event.of("last").delay(Duration.ofSeconds(5)));
    assertThat(all.await(60, TimeUnit.SECONDS)).as("a worker goes on").isTrue();
    for (int i = 0; i < 600 && !handled.containsAll(confirmed); i++) {
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
  }
}
