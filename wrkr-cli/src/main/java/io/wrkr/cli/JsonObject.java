package io.wrkr.cli;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object on one line, written without a library: loading one takes longer than most
 * commands do. What a terminal might obey is escaped.
 */
final class JsonObject {
  private final StringBuilder text = new StringBuilder(256).append('{');

  JsonObject put(String key, @Nullable String value) {
    key(key);
    string(value);
    return this;
  }

  JsonObject put(String key, Instant value) {
    return put(key, Times.utc(value));
  }

  JsonObject put(String key, long value) {
    key(key);
    text.append(value);
    return this;
  }

  JsonObject put(String key, boolean value) {
    key(key);
    text.append(value);
    return this;
  }

  JsonObject put(String key, Collection<String> values) {
    key(key);
    text.append('[');
    String comma = "";
    for (String value : values) {
      text.append(comma);
      string(value);
      comma = ",";
    }
    text.append(']');
    return this;
  }

  JsonObject put(String key, Map<String, String> values) {
    JsonObject object = new JsonObject();
    values.forEach(object::put);
    return raw(key, object.toString());
  }

  /** Puts what is JSON already. */
  JsonObject raw(String key, String json) {
    key(key);
    text.append(json);
    return this;
  }

  private void key(String key) {
    if (text.length() > 1) {
      text.append(',');
    }
    string(key);
    text.append(':');
  }

  private void string(@Nullable String value) {
    if (value == null) {
      text.append("null");
      return;
    }
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (Text.isUnsafe(value, i)) {
        text.append(Text.escape(c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
