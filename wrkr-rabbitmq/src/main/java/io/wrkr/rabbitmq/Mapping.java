package io.wrkr.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.ForeignMessage;
import io.wrkr.spi.HeaderText;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.spi.Wire;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events as AMQP messages and back. What others may rely on is in docs/backends/rabbitmq.md:
 *
 * <pre>
 * routing key, type     name               message-id     id
 * content-type, body    payload            timestamp      published at, whole seconds
 * headers               those of the event, and wrkr.amqp.published, .window, .tid, .queues
 * wrkr.amqp.headers     JSON of headers that AMQP or RabbitMQ has no place for
 * </pre>
 */
final class Mapping {
  private static final String OWN = "wrkr.amqp.";
  private static final String PUBLISHED = OWN + "published";
  private static final String WINDOW = OWN + "window";
  private static final String TID = OWN + "tid";
  private static final String QUEUES = OWN + "queues";
  private static final String ODD = OWN + "headers";

  /** RabbitMQ gives a meaning to CC, BCC and x-…; the rest is what every client can write. */
  private static final Pattern PLAIN = Pattern.compile("(?!x-|CC$|BCC$)[A-Za-z0-9._:-]{1,100}");

  /** Beyond, bindings alone decide: properties must fit into one frame. */
  private static final int MAX_QUEUES = 100;

  private static final int PERSISTENT = 2;

  private Mapping() {}

  static BasicProperties properties(Wire.Cargo cargo) {
    StoredEvent event = cargo.event();
    Arrival arrival = cargo.arrival();
    Map<String, Object> headers = new LinkedHashMap<>();
    Map<String, String> odd = new LinkedHashMap<>();
    event
        .headers()
        .forEach(
            (key, value) -> {
              if (PLAIN.matcher(key).matches()) {
                headers.put(key, value);
              } else {
                odd.put(key, value);
              }
            });
    headers.put(PUBLISHED, arrival.publishedAt().toString());
    headers.put(WINDOW, arrival.dedupeWindow().toMillis());
    event.tid().ifPresent(tid -> headers.put(TID, tid));
    if (!cargo.queues().isEmpty() && cargo.queues().size() <= MAX_QUEUES) {
      headers.put(QUEUES, List.copyOf(cargo.queues()));
    }
    if (!odd.isEmpty()) {
      headers.put(ODD, HeaderText.encode(odd));
    }
    return new BasicProperties.Builder()
        .messageId(event.id())
        .type(event.name())
        .contentType(event.payload().contentType())
        .deliveryMode(PERSISTENT)
        .timestamp(Date.from(arrival.publishedAt()))
        .headers(headers)
        .build();
  }

  /** Reads a message; one without the bus's own headers is another program's. */
  static Wire.Cargo cargo(
      String routingKey, BasicProperties properties, byte[] body, Instant receivedAt) {
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    Optional<Instant> published = instant(headers.get(PUBLISHED));
    String id = properties.getMessageId();
    if (published.isEmpty() || id == null || properties.getType() == null) {
      return foreign(routingKey, properties, headers, body).toCargo(receivedAt);
    }
    Map<String, String> own;
    try {
      own = ownHeaders(headers);
    } catch (IllegalArgumentException e) {
      return foreign(routingKey, properties, headers, body).toCargo(receivedAt);
    }
    StoredEvent event =
        new StoredEvent(
            id,
            properties.getType(),
            Optional.ofNullable(headers.get(TID)).map(Object::toString),
            new Payload(contentType(properties), body),
            own);
    Arrival arrival =
        new Arrival(event, published.get(), Duration.ofMillis(number(headers.get(WINDOW))));
    return new Wire.Cargo(arrival, queues(headers.get(QUEUES)), Optional.empty());
  }

  private static Map<String, String> ownHeaders(Map<String, Object> headers) {
    Map<String, String> own = texts(headers);
    String odd = own.remove(ODD);
    // What the broker adds when it gives a message again begins with x-.
    own.keySet().removeIf(key -> key.startsWith(OWN) || key.startsWith("x-"));
    own.putAll(odd == null ? Map.of() : HeaderText.decode(odd));
    return own;
  }

  private static ForeignMessage foreign(
      String routingKey, BasicProperties properties, Map<String, Object> headers, byte[] body) {
    Map<String, String> texts = texts(headers);
    texts.keySet().removeIf(key -> key.startsWith("x-") || key.startsWith("wrkr."));
    return new ForeignMessage(
        routingKey,
        Optional.ofNullable(properties.getMessageId()).filter(id -> !id.isEmpty()),
        new Payload(contentType(properties), body),
        texts);
  }

  private static String contentType(BasicProperties properties) {
    String given = properties.getContentType();
    return ForeignMessage.contentType(given == null ? "" : given);
  }

  private static Map<String, String> texts(Map<String, Object> headers) {
    Map<String, String> texts = new LinkedHashMap<>();
    headers.forEach((key, value) -> texts.put(key, text(value)));
    return texts;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value instanceof Date date ? date.toInstant().toString() : String.valueOf(value);
  }

  private static Set<String> queues(@Nullable Object value) {
    Set<String> queues = new HashSet<>();
    if (value instanceof List<?> list) {
      list.forEach(each -> queues.add(String.valueOf(each)));
    }
    return queues;
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? Math.max(0, number.longValue()) : 0;
  }

  static Optional<Instant> publishedAt(BasicProperties properties) {
    Object value = properties.getHeaders() == null ? null : properties.getHeaders().get(PUBLISHED);
    return instant(value)
        .or(() -> Optional.ofNullable(properties.getTimestamp()).map(Date::toInstant));
  }

  private static Optional<Instant> instant(@Nullable Object value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(value.toString()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
