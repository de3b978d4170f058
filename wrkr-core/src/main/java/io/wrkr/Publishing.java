package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.OutgoingEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
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
    return store(events, encoder.encodeAll(events));
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
