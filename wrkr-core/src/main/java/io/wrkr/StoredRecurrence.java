package io.wrkr;

import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recurring publish as the payload of the delivery that waits for its next fire.
 *
 * @param id the id given by the user
 * @param version sets this definition apart from those it replaced and from those that replace it
 * @param rule the rule's text
 * @param at the nominal instant of the fire
 */
record StoredRecurrence(
    String id,
    String version,
    String rule,
    Instant at,
    String name,
    @Nullable String tid,
    Map<String, String> headers,
    String contentType,
    String payload) {

  static StoredRecurrence of(String id, String rule, Instant at, Event event, PayloadCodec codec) {
    Payload payload = event.encoded(codec);
    if (!payload.isJson()) {
      throw new IllegalArgumentException(
          "The payload of a recurring event must be JSON, not " + payload.contentType());
    }
    return new StoredRecurrence(
        id,
        "",
        rule,
        at,
        event.name(),
        event.tid().orElse(null),
        event.headers(),
        payload.contentType(),
        payload.text());
  }

  StoredRecurrence version(String version) {
    return new StoredRecurrence(id, version, rule, at, name, tid, headers, contentType, payload);
  }

  StoredRecurrence at(Instant next) {
    return new StoredRecurrence(id, version, rule, next, name, tid, headers, contentType, payload);
  }

  /** Returns the event of this fire: the same id for the same nominal instant, whoever fires it. */
  Event event(PayloadCodec codec) {
    Payload bytes = new Payload(contentType, payload.getBytes(StandardCharsets.UTF_8));
    Event event = Event.encoded(name, bytes, codec).id(id + "@" + at).headers(headers);
    return tid == null ? event : event.tid(tid);
  }

  /** Returns the event that waits in the bus's own queue for this fire. */
  Event waiting() {
    return Event.internal(Recurrences.EVENT, this)
        .id(Names.INTERNAL + id + "@" + at + "/" + version)
        .tid(id)
        .due(at);
  }

  static StoredRecurrence of(Payload payload) {
    return Objects.requireNonNull(JsonCodec.INSTANCE.decode(payload, StoredRecurrence.class));
  }

  Optional<Recurrence> readable() {
    try {
      return Optional.of(RecurrenceTexts.parse(rule));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
