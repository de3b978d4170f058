package io.wrkr.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Headers as one line of JSON text, for stores that keep them in a text column. */
public final class HeaderText {
  private static final JsonFactory JSON = new JsonFactory();

  private HeaderText() {}

  /** Returns the JSON object with these members; the empty text for no headers. */
  public static String encode(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("{");
    headers.forEach(
        (key, value) -> {
          text.append(text.length() == 1 ? "\"" : ",\"");
          text.append(JsonStringEncoder.getInstance().quoteAsCharArray(key)).append("\":\"");
          text.append(JsonStringEncoder.getInstance().quoteAsCharArray(value)).append('"');
        });
    return text.append('}').toString();
  }

  /**
   * Returns the headers of a text made by {@link #encode}.
   *
   * @throws IllegalArgumentException if it is not an object of strings
   */
  public static Map<String, String> decode(String text) {
    if (text.isEmpty()) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      require(json.nextToken() == JsonToken.START_OBJECT, text);
      for (String key = json.nextName(); key != null; key = json.nextName()) {
        require(json.nextToken() == JsonToken.VALUE_STRING, text);
        headers.put(key, json.getString());
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Stored headers are not JSON: " + shorten(text), e);
    }
    return Collections.unmodifiableMap(headers);
  }

  private static void require(boolean condition, String text) {
    if (!condition) {
      throw new IllegalArgumentException(
          "Stored headers are not a JSON object of strings: " + shorten(text));
    }
  }

  private static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
