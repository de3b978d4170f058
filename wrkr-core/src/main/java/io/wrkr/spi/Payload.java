package io.wrkr.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encoded payload bytes and what they are. The array is shared, not copied: neither side changes
 * it.
 *
 * @param contentType the media type; {@link #JSON} unless a codec says otherwise
 * @param bytes the encoded payload
 */
@SuppressWarnings("ArrayRecordComponent") // A copy per event would cost more than it protects.
public record Payload(String contentType, byte[] bytes) {
  /** The media type of JSON. */
  public static final String JSON = "application/json";

  /** Tells whether the bytes are JSON, that is UTF-8 text that stores may keep readable. */
  public boolean isJson() {
    return contentType.equals(JSON);
  }

  /** Returns the bytes as text, malformed input replaced: for people, not for decoding. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that
        && contentType.equals(that.contentType)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return contentType + ", " + bytes.length + " bytes";
  }
}
