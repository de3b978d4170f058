package io.wrkr.cli;

import io.wrkr.PayloadCodec;
import io.wrkr.PayloadException;
import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A payload as text.
 *
 * @param text valid JSON
 */
record RawJson(String text) {

  /** Passes JSON on as it is; anything else is shown as its type and its bytes in Base64. */
  static final PayloadCodec CODEC =
      new PayloadCodec() {
        @Override
        public Payload encode(@Nullable Object value) {
          String text = value == null ? "null" : ((RawJson) value).text();
          return new Payload(Payload.JSON, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public <T> T decode(Payload payload, Class<T> type) {
          return type.cast(payload.isJson() ? checked(payload.text()) : foreign(payload));
        }
      };

  private static RawJson checked(String text) {
    try {
      Json.check(text);
    } catch (UsageException e) {
      throw new PayloadException(String.valueOf(e.getMessage()), e);
    }
    return new RawJson(Json.compact(text));
  }

  private static RawJson foreign(Payload payload) {
    String bytes = Base64.getEncoder().encodeToString(payload.bytes());
    return new RawJson(
        new JsonObject().put("contentType", payload.contentType()).put("base64", bytes).toString());
  }
}
