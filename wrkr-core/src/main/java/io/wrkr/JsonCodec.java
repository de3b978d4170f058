package io.wrkr;

import io.wrkr.spi.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads as JSON, with every feature that matters to stored text pinned, so that another version
 * of the library reads and writes the same.
 */
final class JsonCodec implements PayloadCodec {
  static final int MAX_DEPTH = 64;
  static final JsonCodec INSTANCE = new JsonCodec();

  private static final int MAX_TEXT = 16_000_000;

  /** Made at its first use: it takes longer than to open a bus, which may never need it. */
  private static final class Mapper {
    static final JsonMapper JSON =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .maxDocumentLength(MAX_TEXT)
                            .maxNumberLength(1000)
                            .build())
                    .streamWriteConstraints(
                        StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
  }

  private JsonCodec() {}

  @Override
  public Payload encode(@Nullable Object value) {
    try {
      return new Payload(Payload.JSON, Mapper.JSON.writeValueAsBytes(value));
    } catch (JacksonException | StackOverflowError e) {
      throw new PayloadException(
          "A payload of " + type(value) + " cannot be written as JSON: " + summary(e), e);
    }
  }

  @Override
  public <T> @Nullable T decode(Payload payload, Class<T> type) {
    if (!payload.isJson()) {
      throw new PayloadException(
          "The payload is " + payload + ", not JSON: give the bus the codec that wrote it", null);
    }
    try {
      return Mapper.JSON.readValue(payload.bytes(), type);
    } catch (JacksonException | StackOverflowError e) {
      throw new PayloadException(
          "The payload cannot be read as " + type.getName() + ": " + summary(e), e);
    }
  }

  private static String type(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getName();
  }

  /** Jackson's own text without the location, which would quote the payload. */
  private static String summary(Throwable e) {
    String text =
        e instanceof JacksonException json ? json.getOriginalMessage() : "it nests without end";
    return Names.shown(String.valueOf(text));
  }
}
