package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.OutgoingEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The way of events into the store: checked and encoded as a whole, then stored in natural batches.
 * Thread-safe.
 */
final class Publishing implements Publisher {
  private final Capabilities capabilities;
  private final BackendCalls calls;
  private final Encoder encoder;
  private final Consumer<Collection<String>> arrived;
  private final Notices notices;
  private final Batching<OutgoingEvent, Receipt> batching;

  /** Each publish under way is a party, and so is this publisher until it is closed. */
  private final Phaser underWay = new Phaser(1);

  /** Creates a publisher that tells {@code arrived} which queues got deliveries. */
  Publishing(
      Backend backend,
      BackendCalls calls,
      Encoder encoder,
      Notices notices,
      Consumer<Collection<String>> arrived) {
    this.capabilities = backend.capabilities();
    this.calls = calls;
    this.encoder = encoder;
    this.notices = notices;
    this.arrived = arrived;
    this.batching =
        new Batching<>(
            capabilities.parallelWrites(),
            capabilities.maxBatch(),
            batch -> this.calls.repeat(() -> backend.publish(batch)));
  }

  @Override
  public Receipt publish(Event event) {
    return publish(List.of(event)).get(0);
  }

  @Override
  public List<Receipt> publish(List<Event> events) {
    if (underWay.register() < 0) {
      throw new IllegalStateException("The bus is closed: build a new one");
    }
    try {
      return store(events, encoder.encodeAll(events));
    } finally {
      underWay.arriveAndDeregister();
    }
  }

  /** Waits for what is under way, within the limit; refuses what comes after. */
  void close(Duration limit) {
    int phase = underWay.arriveAndDeregister();
    Uninterrupted.await(limit, nanos -> isOver(phase, nanos));
  }

  private boolean isOver(int phase, long nanos) throws InterruptedException {
    try {
      underWay.awaitAdvanceInterruptibly(phase, nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private List<Receipt> store(List<Event> events, List<OutgoingEvent> encoded) {
    List<Receipt> receipts = new ArrayList<>(encoded.size());
    int chunk = capabilities.maxBatch();
    for (int from = 0; from < encoded.size(); from += chunk) {
      List<OutgoingEvent> part = encoded.subList(from, Math.min(from + chunk, encoded.size()));
      try {
        receipts.addAll(batching.call(part));
      } catch (BackendException e) {
        tell(receipts);
        throw failure(Encoder.withIds(events, encoded), from, e);
      }
    }
    tell(receipts);
    return List.copyOf(receipts);
  }

  private static WrkrException failure(List<Event> events, int stored, BackendException e) {
    String what = "Publishing " + events.size() + " event" + (events.size() == 1 ? "" : "s");
    if (stored > 0 && e.outcome() != BackendException.Outcome.UNKNOWN) {
      return new OutcomeUnknownException(
          what
              + " stopped after the first "
              + stored
              + ": "
              + e.getMessage()
              + "; repeating all of them with the same ids is safe",
          events,
          e);
    }
    return BackendCalls.translated(what, events, e);
  }

  private void tell(List<Receipt> receipts) {
    if (receipts.size() == 1) {
      arrived.accept(receipts.get(0).queues());
    } else {
      Collection<String> queues = new TreeSet<>();
      receipts.forEach(receipt -> queues.addAll(receipt.queues()));
      arrived.accept(queues);
    }
    if (notices.isWanted()) {
      receipts.forEach(receipt -> notices.send(listener -> listener.published(receipt)));
    }
  }
}
