package io.wrkr;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers of the bus itself beside the user's, which may not begin like them. */
final class Headers {
  static final String RESERVED = "wrkr.";
  static final String PARENT = "wrkr.parent";
  static final String CORRELATION = "wrkr.correlation";
  static final int MAX_BYTES = 64 * 1024;

  private Headers() {}

  static void requireAllowed(String key, String value) {
    if (key.startsWith(RESERVED)) {
      throw new IllegalArgumentException(
          "The header '"
              + Names.shown(key)
              + "' begins with 'wrkr.', which is the bus's own: rename it");
    }
    if (Names.isMalformed(key) || Names.isMalformed(value)) {
      throw new IllegalArgumentException(
          "The header '" + Names.shown(key) + "' has an unpaired surrogate: give well-formed text");
    }
  }

  /** Returns the event's headers with those of the bus. */
  static Map<String, String> outgoing(Event event) {
    Map<String, String> all = new LinkedHashMap<>(event.headers());
    put(all, PARENT, event.parent().orElse(null));
    put(all, CORRELATION, event.correlation().orElse(null));
    long bytes = 0;
    for (Map.Entry<String, String> header : all.entrySet()) {
      bytes += Names.utf8Length(header.getKey()) + Names.utf8Length(header.getValue());
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "The headers of "
              + event
              + " are "
              + bytes
              + " bytes, over 65536: put them into the payload");
    }
    return all;
  }

  private static void put(Map<String, String> headers, String key, @Nullable String value) {
    if (value != null) {
      headers.put(key, value);
    }
  }

  /** Returns the event with the stored headers split into the user's and the bus's. */
  static Event incoming(Event event, Map<String, String> stored) {
    if (stored.isEmpty()) {
      return event;
    }
    Map<String, String> users = new LinkedHashMap<>(stored);
    String parent = users.remove(PARENT);
    String correlation = users.remove(CORRELATION);
    return event.headers(users).lineage(parent, correlation);
  }
}
