package io.wrkr;

import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Turns events into what the store keeps: gives ids, reads phrases, encodes payloads, and refuses
 * what is too large or what the backend cannot do. Thread-safe.
 */
final class Encoder {
  private final Capabilities capabilities;
  private final PayloadCodec codec;
  private final InstantSource wall;
  private final ZoneId zone;
  private final Duration windowOfGivenIds;
  private final Duration windowOfBusIds;
  private final Supplier<String> ids;

  Encoder(
      Capabilities capabilities,
      PayloadCodec codec,
      InstantSource wall,
      ZoneId zone,
      Wrkr.DedupeWindows windows,
      Supplier<String> ids) {
    this.capabilities = capabilities;
    this.codec = codec;
    this.wall = wall;
    this.zone = zone;
    this.windowOfGivenIds = windows.givenIds();
    this.windowOfBusIds = windows.busIds();
    this.ids = ids;
  }

  /** Encodes events for a publish on this thread; one that is refused refuses all. */
  List<OutgoingEvent> encodeAll(List<Event> events) {
    DeliveryTask parent = DeliveryTask.current();
    List<OutgoingEvent> encoded = new ArrayList<>(events.size());
    for (Event event : events) {
      encoded.add(encode(parent == null ? event : parent.lineage(event)));
    }
    return encoded;
  }

  /** Returns the events with the ids under which they were encoded. */
  static List<Event> withIds(List<Event> events, List<OutgoingEvent> encoded) {
    List<Event> result = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      result.add(events.get(i).id(encoded.get(i).event().id()));
    }
    return result;
  }

  /** Returns the event with its id given and its delay running from now. */
  Event fix(Event event) {
    Due due = event.phrase().map(this::read).orElse(event.due());
    return event.id(event.id().orElseGet(ids)).due(due).collectedAt(wall.instant());
  }

  /** Returns collected events with what is left of their delays. */
  List<Event> running(List<Event> collected) {
    Instant now = wall.instant();
    return collected.stream().map(event -> event.delayLeft(now)).toList();
  }

  private OutgoingEvent encode(Event event) {
    boolean given = event.id().isPresent();
    if (given && !capabilities.has(Capability.DEDUPE)) {
      throw new UnsupportedCapabilityException(
          Capability.DEDUPE,
          "This backend cannot tell repeated ids: publish " + event + " without one");
    }
    return given
        ? encode(event, event.id().get(), windowOfGivenIds, false)
        : encode(event, ids.get(), windowOfBusIds, true);
  }

  /** Encodes the follow-up of a delivery under an id that is the same on every attempt. */
  OutgoingEvent encodeFollowUp(Event event, String id) {
    return encode(event, event.id().orElse(id), windowOfGivenIds, false);
  }

  private OutgoingEvent encode(Event event, String id, Duration window, boolean fresh) {
    Due due = due(event);
    Payload payload = event.encoded(codec);
    if (payload.bytes().length > capabilities.maxPayloadBytes()) {
      throw new PayloadException(
          "The payload of "
              + event
              + " is "
              + payload.bytes().length
              + " bytes, over "
              + capabilities.maxPayloadBytes()
              + ": store it elsewhere and publish where it is",
          null);
    }
    StoredEvent stored =
        new StoredEvent(id, event.name(), event.tid(), payload, Headers.outgoing(event));
    return new OutgoingEvent(stored, due, window, fresh);
  }

  private Due due(Event event) {
    Due due = event.phrase().map(this::read).orElse(event.due());
    Duration delay = delay(due);
    if (delay.isZero() || delay.isNegative()) {
      return due;
    }
    if (!capabilities.has(Capability.DELAY) || delay.compareTo(capabilities.maxDelay()) > 0) {
      throw new UnsupportedCapabilityException(
          Capability.DELAY,
          event
              + " is due in "
              + delay
              + ", but this backend delays by at most "
              + (capabilities.has(Capability.DELAY) ? capabilities.maxDelay() : Duration.ZERO));
    }
    return due;
  }

  /** An interval is left to the store's clock; only a named instant crosses as one. */
  private Due read(String phrase) {
    When when = When.parse(phrase, ZonedDateTime.ofInstant(wall.instant(), zone));
    return when.delay().<Due>map(Due.After::new).orElseGet(() -> new Due.At(when.instant()));
  }

  private Duration delay(Due due) {
    if (due instanceof Due.After after) {
      return after.delay();
    }
    return Duration.between(wall.instant(), ((Due.At) due).instant());
  }
}
