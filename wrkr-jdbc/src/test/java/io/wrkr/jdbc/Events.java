package io.wrkr.jdbc;

import io.wrkr.Archive;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Events to publish, and what a claim gives of them. */
final class Events {
  private Events() {}

  static List<OutgoingEvent> of(String... ids) {
    return Stream.of(ids).map(id -> event(id, Due.NOW, 2)).toList();
  }

  static List<OutgoingEvent> sized(String id, int bytes) {
    return List.of(event(id, Due.NOW, bytes));
  }

  static OutgoingEvent event(String id, Due due, int bytes) {
    Payload payload = new Payload("application/octet-stream", new byte[bytes]);
    StoredEvent event = new StoredEvent(id, "a.b", Optional.empty(), payload, Map.of());
    return new OutgoingEvent(event, due, Duration.ofHours(1));
  }

  /** Claims all that is ready and returns the ids. */
  static List<String> claim(Backend backend, String queue) {
    return deliveries(backend, queue).stream().map(each -> each.event().id()).toList();
  }

  static List<ClaimedDelivery> deliveries(Backend backend, String queue) {
    return backend.claim(new ClaimRequest(queue, 1000, Duration.ofSeconds(30))).deliveries();
  }

  static Settlement ack(ClaimedDelivery delivery) {
    return new Settlement.Ack(delivery.lease(), Archive.delete(), List.of());
  }
}
