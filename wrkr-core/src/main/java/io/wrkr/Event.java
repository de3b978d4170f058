package io.wrkr;

import io.wrkr.spi.Due;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is published: a named fact about a thing. Immutable; every setter returns a new event.
 *
 * <p>An event without an id gets a time-ordered unique one at each publish, so that a constant can
 * be published again and again. One given here is kept, and the same id makes at most one delivery
 * per queue. The payload object is encoded when the event is published, not before.
 */
public final class Event {
  private final Fields fields;

  private static final class Fields implements Cloneable {
    final String name;
    @Nullable String id;
    @Nullable String tid;
    @Nullable String parent;
    @Nullable String correlation;
    @Nullable Object payload;
    @Nullable Encoded encoded;
    Map<String, String> headers = Map.of();
    Due due = Due.NOW;
    @Nullable String phrase;
    @Nullable Instant collectedAt;

    Fields(String name) {
      this.name = name;
    }

    Fields copy() {
      try {
        return (Fields) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private record Encoded(Payload payload, PayloadCodec codec) {}

  private Event(Fields fields) {
    this.fields = fields;
  }

  /**
   * Returns an event of this name: dot-separated segments, 1 to 255 bytes, no segment exactly
   * {@code *} or {@code #}.
   */
  public static Event of(String name) {
    return new Event(new Fields(Names.requireName(name)));
  }

  /** Returns an event as a store gave it back. */
  static Event received(StoredEvent stored, PayloadCodec codec) {
    Fields fields = new Fields(stored.name());
    fields.id = stored.id();
    fields.tid = stored.tid().orElse(null);
    fields.encoded = new Encoded(stored.payload(), codec);
    return new Event(fields);
  }

  /** Returns an event of the bus's own, in JSON whatever the user's codec makes. */
  static Event internal(String name, Object payload) {
    Fields fields = new Fields(name);
    fields.encoded = new Encoded(JsonCodec.INSTANCE.encode(payload), JsonCodec.INSTANCE);
    return new Event(fields);
  }

  /** Returns an event whose payload is encoded already. */
  static Event encoded(String name, Payload payload, PayloadCodec codec) {
    Fields fields = new Fields(Names.requireName(name));
    fields.encoded = new Encoded(payload, codec);
    return new Event(fields);
  }

  boolean isDueNow() {
    return fields.due.equals(Due.NOW) && fields.phrase == null;
  }

  /** Sets the id, 1 to 255 bytes. */
  public Event id(String id) {
    Fields copy = fields.copy();
    copy.id = Names.requireId(id);
    return new Event(copy);
  }

  /** Sets the id of the thing that the event is about, 1 to 255 bytes: the unit of ordering. */
  public Event tid(String tid) {
    Fields copy = fields.copy();
    copy.tid = Names.requireTid(tid);
    return new Event(copy);
  }

  /** Sets the payload: anything that the bus's {@link PayloadCodec} encodes, or {@code null}. */
  public Event payload(@Nullable Object value) {
    Fields copy = fields.copy();
    copy.payload = value;
    copy.encoded = null;
    return new Event(copy);
  }

  /** Adds a header; all of them together are at most 64 KB. */
  public Event header(String key, String value) {
    Headers.requireAllowed(key, value);
    Fields copy = fields.copy();
    Map<String, String> headers = new LinkedHashMap<>(fields.headers);
    headers.put(key, value);
    copy.headers = Collections.unmodifiableMap(headers);
    return new Event(copy);
  }

  /** Not delivered before this instant; a past one means now. Replaces delay and phrase. */
  public Event due(Instant due) {
    return due(new Due.At(due), null);
  }

  /** Not delivered before this long after its publish. Replaces due and phrase. */
  public Event delay(Duration delay) {
    return due(new Due.After(Durations.requireNotNegative("delay", delay)), null);
  }

  /**
   * Not delivered before what the phrase says, read by {@link When} at publish: {@code "7 days"},
   * {@code "in 2 hours"}, {@code "P7D"}, {@code "next friday 9am"}. Replaces due and delay.
   */
  public Event when(String phrase) {
    return due(Due.NOW, phrase);
  }

  private Event due(Due due, @Nullable String phrase) {
    Fields copy = fields.copy();
    copy.due = due;
    copy.phrase = phrase;
    return new Event(copy);
  }

  Event due(Due due) {
    return due(due, null);
  }

  /** Returns the event with its delay counting from this instant of the local clock. */
  Event collectedAt(Instant instant) {
    Fields copy = fields.copy();
    copy.collectedAt = instant;
    return new Event(copy);
  }

  /** Returns the event with what is left of its delay, measured by one clock, whatever it shows. */
  Event delayLeft(Instant now) {
    if (fields.collectedAt == null || !(fields.due instanceof Due.After after)) {
      return this;
    }
    Duration left = after.delay().minus(Duration.between(fields.collectedAt, now));
    return due(new Due.After(left.isNegative() ? Duration.ZERO : left));
  }

  Event lineage(@Nullable String parent, @Nullable String correlation) {
    Fields copy = fields.copy();
    copy.parent = parent;
    copy.correlation = correlation;
    return new Event(copy);
  }

  Event headers(Map<String, String> headers) {
    Fields copy = fields.copy();
    copy.headers = Map.copyOf(headers);
    return new Event(copy);
  }

  /** Returns the id, if it has one yet. */
  public Optional<String> id() {
    return Optional.ofNullable(fields.id);
  }

  /** Returns the id of the thing that the event is about. */
  public Optional<String> tid() {
    return Optional.ofNullable(fields.tid);
  }

  /** Returns the name. */
  public String name() {
    return fields.name;
  }

  /** Returns the headers. */
  public Map<String, String> headers() {
    return fields.headers;
  }

  /** Returns the id of the event during whose handling this one was published. */
  public Optional<String> parent() {
    return Optional.ofNullable(fields.parent);
  }

  /** Returns the id of the first event of the chain. */
  public Optional<String> correlation() {
    return Optional.ofNullable(fields.correlation);
  }

  /**
   * Returns the payload as the given type.
   *
   * @throws PayloadException if it does not fit
   */
  @SuppressWarnings("unchecked")
  public <T> @Nullable T payload(Class<T> type) {
    if (type == null) {
      // payload(null) is compiled as a call of this overload; what it says is: no payload.
      return (T) payload((Object) null);
    }
    if (fields.encoded != null) {
      return fields.encoded.codec.decode(fields.encoded.payload, type);
    }
    if (fields.payload == null || type.isInstance(fields.payload)) {
      return type.cast(fields.payload);
    }
    return JsonCodec.INSTANCE.decode(JsonCodec.INSTANCE.encode(fields.payload), type);
  }

  Payload encoded(PayloadCodec codec) {
    return fields.encoded != null ? fields.encoded.payload : codec.encode(fields.payload);
  }

  Due due() {
    return fields.due;
  }

  Optional<String> phrase() {
    return Optional.ofNullable(fields.phrase);
  }

  /** Returns name, id and tid, never the payload. */
  @Override
  public String toString() {
    return "Event "
        + fields.name
        + id().map(" "::concat).orElse("")
        + tid().map(" about "::concat).orElse("");
  }
}
