package io.wrkr.spi;

import java.util.Map;
import java.util.Optional;

/**
 * An event as stores keep it: encoded, validated. Immutable; the payload array is never changed by
 * either side.
 *
 * @param id the event's id, 1 to 255 bytes of UTF-8
 * @param name the event's name, 1 to 255 bytes of UTF-8
 * @param tid the id of the thing that the event is about
 * @param payload the encoded payload
 * @param headers all headers, those of the bus itself (prefix {@code wrkr.}) included
 */
public record StoredEvent(
    String id, String name, Optional<String> tid, Payload payload, Map<String, String> headers) {

  /** Copies the headers. */
  public StoredEvent {
    headers = Map.copyOf(headers);
  }
}
