package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * That the memory backend is linearizable: real threads call it at once, on few events, and for
 * each delivery an order of the calls must exist that the model allows.
 */
class MemoryUnderThreadsTest {
  private static final int HISTORIES = 400;
  private static final int THREADS = 4;
  private static final int CALLS = 60;
  private static final int EVENTS = 4;
  private static final int CALLS_PER_EVENTS = 10;
  private static final String[] QUEUES = {"plain", "ordered"};

  @Test
  void every_history_has_an_order_that_the_model_allows() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    int acked = 0;
    try {
      for (int seed = 0; seed < HISTORIES; seed++) {
        History history = run(threads, seed);

        Verdict verdict = Checker.check(history);

        assertThat(verdict.findings()).as("seed " + seed + ": " + verdict).isEmpty();
        for (int row = 0; row < history.rows; row++) {
          acked += history.op[row] == Op.ACK && history.yes(row) ? 1 : 0;
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(acked).isGreaterThan(HISTORIES);
  }

  private static History run(ExecutorService threads, int seed) throws Exception {
    MemoryJournal journal = new MemoryJournal();
    Recorder recorder = new Recorder(journal, TimeLine.ofMachine(), 1);
    try (Backend store = MemoryBackend.create()) {
      Backend backend = RecordingBackend.around(store, recorder);
      recorder.clock(recorder.now(), Seam.now());
      for (String queue : QUEUES) {
        recorder.configured(queue, 0, queue.equals("ordered"), 0);
        backend.subscribe(new Subscription(queue, "#"), queue.equals("ordered"));
      }
      CyclicBarrier start = new CyclicBarrier(THREADS);
      ConcurrentLinkedQueue<Lease> leases = new ConcurrentLinkedQueue<>();
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(seed * 31L + i);
        Callable<Void> client =
            () -> {
              start.await();
              for (int call = 0; call < CALLS; call++) {
                call(backend, random, leases, call / CALLS_PER_EVENTS);
              }
              return null;
            };
        clients.add(threads.submit(client));
      }
      for (Future<?> client : clients) {
        client.get();
      }
      Inspector inspector = (Inspector) backend;
      recorder.snapshot(recorder.now(), inspector.find(Query.all()).deliveries(), false);
      return HistoryLoader.of(journal);
    }
  }

  private static void call(
      Backend backend, SplittableRandom random, ConcurrentLinkedQueue<Lease> leases, int part) {
    String queue = QUEUES[random.nextInt(QUEUES.length)];
    Query one = Query.all().queue(queue).eventId(id(random, part));
    Inspector inspector = (Inspector) backend;
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> backend.publish(List.of(event(random, part)));
      case 3 -> backend.publish(List.of(event(random, part), event(random, part)));
      case 4, 5, 6, 7 -> {
        Duration lease = Duration.ofMillis(random.nextInt(4) == 0 ? 1 : 5_000);
        ClaimRequest request = new ClaimRequest(queue, 1 + random.nextInt(3), lease);
        backend.claim(request).deliveries().stream()
            .map(ClaimedDelivery::lease)
            .forEach(leases::add);
      }
      case 8 -> inspector.cancel(one);
      case 9 -> inspector.redrive(one);
      case 10 -> inspector.discard(one);
      case 11 -> inspector.reschedule(one, Instant.EPOCH);
      case 12 -> inspector.stats();
      default -> settle(backend, random, leases);
    }
  }

  private static void settle(
      Backend backend, SplittableRandom random, ConcurrentLinkedQueue<Lease> leases) {
    Lease lease = leases.poll();
    if (lease == null) {
      return;
    }
    if (random.nextInt(3) == 0) {
      leases.add(lease); // for another, who comes too late, or first
    }
    Duration wait = Duration.ofMillis(random.nextInt(2));
    switch (random.nextInt(6)) {
      case 0 -> backend.extend(List.of(lease), Duration.ofMillis(500));
      case 1 -> backend.settle(List.of(new Settlement.Retry(lease, wait, "again")));
      case 2 -> backend.settle(List.of(new Settlement.Release(lease, wait)));
      case 3 -> backend.settle(List.of(new Settlement.DeadLetter(lease, "why")));
      default -> backend.settle(List.of(new Settlement.Ack(lease, Archive.delete(), List.of())));
    }
  }

  /** Few at a time, all meet at them; others later, since an ended one stays a duplicate. */
  private static String id(SplittableRandom random, int part) {
    return "event" + (part * EVENTS + random.nextInt(EVENTS));
  }

  private static OutgoingEvent event(SplittableRandom random, int part) {
    String id = id(random, part);
    Payload payload = new Payload(Payload.JSON, new byte[] {'1'});
    Optional<String> tid = Optional.of("t" + id.hashCode() % 2);
    StoredEvent event = new StoredEvent(id, "a.b", tid, payload, Map.of());
    return new OutgoingEvent(event, Due.NOW, Duration.ofHours(1));
  }
}
