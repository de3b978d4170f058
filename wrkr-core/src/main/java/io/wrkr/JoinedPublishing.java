package io.wrkr;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.TransactionalPublish;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes inside a transaction of the caller. Nothing is repeated, since only the caller can
 * repeat a transaction, and no hint is given, since only the caller knows when it commits: the
 * workers look more often for a while instead.
 */
final class JoinedPublishing<T> implements Publisher {
  private final TransactionalPublish<T> backend;
  private final T transaction;
  private final Encoder encoder;
  private final Workers workers;
  private final int maxBatch;

  JoinedPublishing(
      TransactionalPublish<T> backend,
      T transaction,
      Encoder encoder,
      Workers workers,
      int maxBatch) {
    this.backend = backend;
    this.transaction = transaction;
    this.encoder = encoder;
    this.workers = workers;
    this.maxBatch = maxBatch;
  }

  @Override
  public Receipt publish(Event event) {
    return publish(List.of(event)).get(0);
  }

  @Override
  public List<Receipt> publish(List<Event> events) {
    List<OutgoingEvent> encoded = encoder.encodeAll(events);
    List<Receipt> receipts = new ArrayList<>(encoded.size());
    try {
      for (int from = 0; from < encoded.size(); from += maxBatch) {
        int to = Math.min(from + maxBatch, encoded.size());
        receipts.addAll(backend.publish(encoded.subList(from, to), transaction));
      }
    } catch (BackendException e) {
      throw BackendCalls.translated(
          "Publishing in the caller's transaction", Encoder.withIds(events, encoded), e);
    }
    workers.expect(receipts);
    return List.copyOf(receipts);
  }
}
