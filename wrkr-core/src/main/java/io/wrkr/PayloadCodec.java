package io.wrkr;

import io.wrkr.spi.Payload;

/**
 * Turns payloads into bytes and back. Thread-safe.
 *
 * <p>An implementation must never choose a class by what the bytes say, only by the type asked for.
 */
public interface PayloadCodec {
  /**
   * Encodes a payload; {@code null} is one.
   *
   * @throws PayloadException if it cannot be encoded
   */
  Payload encode(@org.jspecify.annotations.Nullable Object value);

  /**
   * Decodes a payload as the given type.
   *
   * @throws PayloadException if the bytes do not fit it
   */
  <T> @org.jspecify.annotations.Nullable T decode(Payload payload, Class<T> type);
}
