package io.wrkr.mongo;

import io.wrkr.Archive;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Events and settlements that tests need again and again. */
final class Samples {
  static final String QUEUE = "q";
  static final String NAME = "shop.order.paid";
  static final Duration LEASE = Duration.ofSeconds(30);

  private Samples() {}

  static OutgoingEvent event(String id) {
    return event(id, Optional.empty(), Due.NOW);
  }

  static OutgoingEvent event(String id, Optional<String> tid, Due due) {
    Payload payload = new Payload(Payload.JSON, "{\"n\":1}".getBytes(StandardCharsets.UTF_8));
    return new OutgoingEvent(
        new StoredEvent(id, NAME, tid, payload, Map.of()), due, Duration.ofHours(1));
  }

  static final int LARGEST = 15 * 1024 * 1024;

  /** One with the largest payload there can be. */
  static OutgoingEvent large(String id) {
    Payload payload = new Payload("application/octet-stream", new byte[LARGEST]);
    return new OutgoingEvent(
        new StoredEvent(id, NAME, Optional.empty(), payload, Map.of()),
        Due.NOW,
        Duration.ofHours(1));
  }

  static List<OutgoingEvent> events(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> event(prefix + i)).toList();
  }

  static List<ClaimedDelivery> claim(Backend backend, int max) {
    return claim(backend, QUEUE, max);
  }

  static List<ClaimedDelivery> claim(Backend backend, String queue, int max) {
    return backend.claim(new ClaimRequest(queue, max, LEASE)).deliveries();
  }

  static Settlement ack(ClaimedDelivery delivery) {
    return new Settlement.Ack(delivery.lease(), Archive.delete(), List.of());
  }

  static List<Settlement> acks(List<ClaimedDelivery> deliveries) {
    return deliveries.stream().map(Samples::ack).toList();
  }
}
