package io.wrkr.spi;

import io.wrkr.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A message that another program put on a wire, on its way to become an event. What can be none is
 * not refused: it becomes an event with a defect and with the bytes it has. Immutable.
 *
 * @param name where it was sent to, as the wire says
 * @param id the id its sender gave, if any; without one a repetition cannot be told from it
 * @param payload the body; without a content type it counts as JSON
 * @param headers those of the sender
 */
public record ForeignMessage(
    String name, Optional<String> id, Payload payload, Map<String, String> headers) {

  /** The name of an event whose own name breaks the rules. */
  public static final String UNNAMED = "wrkr.unnamed";

  /** How long an id that a foreign program gave makes no second delivery. */
  private static final Duration WINDOW = Duration.ofDays(7);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(16_000_000)
                  .maxDocumentLength(16_000_000)
                  .maxNumberLength(1000)
                  .build())
          .build();

  /**
   * Returns a content type as payloads have it: JSON by whatever parameters, and if there is none.
   */
  public static String contentType(String given) {
    String base = given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return base.isEmpty() || base.equals(Payload.JSON) ? Payload.JSON : given;
  }

  /** Returns the event that the message becomes. */
  public Wire.Cargo toCargo(Instant receivedAt) {
    String defect = "";
    String eventName = name;
    Map<String, String> kept = new LinkedHashMap<>();
    try {
      Event.of(name);
    } catch (IllegalArgumentException e) {
      defect = text(e);
      eventName = UNNAMED;
    }
    try {
      headers.forEach(Event.of("a")::header);
      kept.putAll(headers);
    } catch (IllegalArgumentException e) {
      defect = defect.isEmpty() ? text(e) : defect;
    }
    String eventId = id.orElseGet(ForeignMessage::newId);
    try {
      Event.of("a").id(eventId);
    } catch (IllegalArgumentException e) {
      defect = defect.isEmpty() ? text(e) : defect;
      eventId = newId();
    }
    if (payload.isJson() && defect.isEmpty()) {
      defect = defectOfJson(payload);
    }
    Payload body =
        defect.isEmpty() ? payload : new Payload("application/octet-stream", payload.bytes());
    StoredEvent event = new StoredEvent(eventId, eventName, Optional.empty(), body, kept);
    return new Wire.Cargo(
        new Arrival(event, receivedAt, WINDOW),
        Set.of(),
        defect.isEmpty() ? Optional.empty() : Optional.of("A foreign message: " + defect));
  }

  private static String defectOfJson(Payload payload) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload.bytes())) {
      if (json.nextToken() == null) {
        return "The body is empty, not JSON: send JSON, or say its content type";
      }
      json.skipChildren();
      if (json.nextToken() != null) {
        return "The body goes on after its JSON value: send one value";
      }
      return "";
    } catch (JacksonException e) {
      return "The body is not JSON (" + e.getOriginalMessage() + "): say its content type";
    }
  }

  private static String text(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }

  @SystemSeam
  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
