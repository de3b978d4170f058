package io.wrkr.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.ForeignMessage;
import io.wrkr.spi.HeaderText;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.spi.Wire;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events as MQTT messages and back. What others may rely on is in docs/backends/mqtt.md:
 *
 * <pre>
 * topic                    name              content type, payload    payload
 * user properties          headers, and wrkr.id, wrkr.mqtt.published, .window, .tid, .queue
 * wrkr.mqtt.headers        JSON of headers that MQTT has no place for, in parts
 * </pre>
 */
final class Mapping {
  private static final String ID = "wrkr.id";
  private static final String OWN = "wrkr.mqtt.";
  private static final String PUBLISHED = OWN + "published";
  private static final String WINDOW = OWN + "window";
  private static final String TID = OWN + "tid";
  private static final String QUEUE = OWN + "queue";
  private static final String ODD = OWN + "headers";

  /** What every client can write and every broker lets through: no control characters. */
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

  private static final Pattern PLAIN_VALUE =
      Pattern.compile("[\\P{C}&&[^\\p{Zl}\\p{Zp}]]{0,10000}");

  /** A string has 65,535 bytes at most. */
  private static final int PART = 50_000;

  /** Beyond, subscriptions alone decide. */
  private static final int MAX_QUEUES = 100;

  private Mapping() {}

  static Mqtt5Publish message(String topic, Wire.Cargo cargo) {
    StoredEvent event = cargo.event();
    Arrival arrival = cargo.arrival();
    List<Mqtt5UserProperty> properties = new ArrayList<>();
    properties.add(Mqtt5UserProperty.of(ID, event.id()));
    properties.add(Mqtt5UserProperty.of(PUBLISHED, arrival.publishedAt().toString()));
    properties.add(Mqtt5UserProperty.of(WINDOW, String.valueOf(arrival.dedupeWindow().toMillis())));
    event.tid().ifPresent(tid -> properties.add(Mqtt5UserProperty.of(TID, tid)));
    if (cargo.queues().size() <= MAX_QUEUES) {
      cargo.queues().forEach(queue -> properties.add(Mqtt5UserProperty.of(QUEUE, queue)));
    }
    Map<String, String> odd = new LinkedHashMap<>();
    event
        .headers()
        .forEach(
            (key, value) -> {
              if (isPlain(key, value)) {
                properties.add(Mqtt5UserProperty.of(key, value));
              } else {
                odd.put(key, value);
              }
            });
    String rest = ascii(HeaderText.encode(odd));
    for (int from = 0; from < rest.length(); from += PART) {
      properties.add(
          Mqtt5UserProperty.of(ODD, rest.substring(from, Math.min(rest.length(), from + PART))));
    }
    return Mqtt5Publish.builder()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .contentType(event.payload().contentType())
        .payload(event.payload().bytes())
        .userProperties(Mqtt5UserProperties.of(properties))
        .build();
  }

  private static boolean isPlain(String key, String value) {
    return PLAIN_KEY.matcher(key).matches()
        && !key.equals(ID)
        && !key.startsWith(OWN)
        && PLAIN_VALUE.matcher(value).matches();
  }

  /** Escapes, inside JSON, whatever a broker might refuse. */
  private static String ascii(String json) {
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= ' ' && c <= '~') {
        text.append(c);
      } else {
        text.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      }
    }
    return text.toString();
  }

  /** Reads a message; one without the bus's own properties is another program's. */
  static Wire.Cargo cargo(String name, Mqtt5Publish message, Instant receivedAt) {
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    Set<String> queues = new HashSet<>();
    message
        .getUserProperties()
        .asList()
        .forEach(
            property -> {
              String key = property.getName().toString();
              String value = property.getValue().toString();
              if (key.equals(QUEUE)) {
                queues.add(value);
              } else if (key.equals(ID) || key.startsWith(OWN)) {
                own.merge(key, value, key.equals(ODD) ? String::concat : (old, last) -> last);
              } else {
                headers.put(key, value);
              }
            });
    Payload payload =
        new Payload(
            ForeignMessage.contentType(message.getContentType().map(Object::toString).orElse("")),
            message.getPayloadAsBytes());
    return own(name, own, headers, payload)
        .map(arrival -> new Wire.Cargo(arrival, queues, Optional.empty()))
        .orElseGet(() -> foreign(name, own.get(ID), headers, payload).toCargo(receivedAt));
  }

  private static Optional<Arrival> own(
      String name, Map<String, String> own, Map<String, String> headers, Payload payload) {
    String id = own.get(ID);
    if (id == null || !own.containsKey(PUBLISHED)) {
      return Optional.empty();
    }
    try {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.putAll(HeaderText.decode(own.getOrDefault(ODD, "")));
      StoredEvent event =
          new StoredEvent(id, name, Optional.ofNullable(own.get(TID)), payload, all);
      return Optional.of(
          new Arrival(
              event,
              Instant.parse(own.get(PUBLISHED)),
              Duration.ofMillis(Math.max(0, Long.parseLong(own.getOrDefault(WINDOW, "0"))))));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ForeignMessage foreign(
      String name, @Nullable String id, Map<String, String> headers, Payload payload) {
    headers.keySet().removeIf(key -> key.startsWith("wrkr."));
    return new ForeignMessage(
        name, Optional.ofNullable(id).filter(text -> !text.isEmpty()), payload, headers);
  }
}
