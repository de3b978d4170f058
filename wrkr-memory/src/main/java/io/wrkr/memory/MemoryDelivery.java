package io.wrkr.memory;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Replay;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * One event for one queue. Guarded by its store's lock, as every class beside {@code
 * MemoryBackend}.
 */
final class MemoryDelivery {
  /** The order of claims. Whoever changes {@link #due} first takes the delivery out of its sets. */
  static final Comparator<MemoryDelivery> BY_DUE =
      Comparator.<MemoryDelivery, Instant>comparing(d -> d.due).thenComparingLong(d -> d.sequence);

  /** The order within a tid: what has begun, then by original due instant, then as published. */
  static final Comparator<MemoryDelivery> BY_PLACE =
      Comparator.<MemoryDelivery, Boolean>comparing(d -> !d.hasBegun())
          .thenComparing(d -> d.place)
          .thenComparingLong(d -> d.sequence);

  private static final int SHOWN_BYTES = 64 * 1024;

  enum Phase {
    /** Waits for a first or further claim, or is ready. */
    WAITING,
    /** Claimed and not settled; ready again when the lease has ended. */
    LEASED,
    DEAD,
    DONE
  }

  final String queue;
  final Duration dedupeWindow;
  final Instant publishedAt;
  final long sequence;

  StoredEvent event;

  /** The original due instant, which is the delivery's place in the order of its tid. */
  Instant place;

  /** The one instant that is delay, retry time and end of the lease. */
  Instant due;

  Phase phase = Phase.WAITING;
  int attempt;
  long token;
  String history = "";

  MemoryDelivery(String queue, OutgoingEvent published, Instant due, Instant now, long sequence) {
    this.queue = queue;
    this.event = published.event();
    this.dedupeWindow = published.dedupeWindow();
    this.publishedAt = now;
    this.sequence = sequence;
    this.place = due;
    this.due = due;
  }

  boolean hasBegun() {
    return token > 0;
  }

  boolean isHeldBy(Lease lease) {
    return phase == Phase.LEASED && token == lease.token();
  }

  boolean isDue(Instant now) {
    return !due.isAfter(now);
  }

  DeliveryState state(Instant now) {
    return switch (phase) {
      case DEAD -> DeliveryState.DEAD;
      case DONE -> DeliveryState.DONE;
      case LEASED -> isDue(now) ? DeliveryState.READY : DeliveryState.LEASED;
      case WAITING ->
          isDue(now)
              ? DeliveryState.READY
              : attempt > 0 ? DeliveryState.RETRYING : DeliveryState.SCHEDULED;
    };
  }

  /** Tells whether the query's conditions hold, those on queue and page apart. */
  boolean matches(Query query, Instant now) {
    return holds(query.eventId(), event.id())
        && holds(query.name(), event.name())
        && query.tid().map(tid -> event.tid().equals(Optional.of(tid))).orElse(true)
        && holds(query.state(), state(now))
        && query.dueBefore().map(due::isBefore).orElse(true);
  }

  private static <T> boolean holds(Optional<T> condition, T value) {
    return condition.isEmpty() || condition.get().equals(value);
  }

  /** Lets an archived delivery begin again, marked, with the token going on from where it was. */
  void replay(Instant now) {
    Map<String, String> headers = Replay.marked(event.headers());
    event = new StoredEvent(event.id(), event.name(), event.tid(), event.payload(), headers);
    phase = Phase.WAITING;
    due = now;
    attempt = 0;
  }

  ClaimedDelivery claimed() {
    Lease lease = new Lease(queue, event.id(), token);
    return new ClaimedDelivery(lease, event, attempt, place, publishedAt, history);
  }

  DeliveryInfo info(Instant now) {
    return new DeliveryInfo(
        event.id(),
        queue,
        event.name(),
        event.tid(),
        state(now),
        due,
        attempt,
        publishedAt,
        history.isEmpty() ? Optional.empty() : Optional.of(history),
        shown(event.payload()),
        event.headers());
  }

  private static String shown(Payload payload) {
    byte[] bytes = payload.bytes();
    if (bytes.length <= SHOWN_BYTES) {
      return payload.text();
    }
    int end = SHOWN_BYTES;
    while ((bytes[end] & 0xC0) == 0x80 && end > SHOWN_BYTES - 4) {
      end--; // not in the middle of a character
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
