package io.wrkr.tck;

import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An event in the making; immutable. Without an id of its own it gets one never used before. */
record Draft(StoredEvent event, Due due, Duration window, boolean fresh) {
  static final Duration WINDOW = Duration.ofHours(1);

  private static final AtomicLong LAST_ID = new AtomicLong();

  static Draft event(String name) {
    Payload payload = new Payload(Payload.JSON, "{}".getBytes(StandardCharsets.UTF_8));
    String id = "event-" + LAST_ID.incrementAndGet();
    StoredEvent event = new StoredEvent(id, name, Optional.empty(), payload, Map.of());
    return new Draft(event, Due.NOW, WINDOW, true);
  }

  Draft id(String id) {
    StoredEvent named =
        new StoredEvent(id, event.name(), event.tid(), event.payload(), event.headers());
    return new Draft(named, due, window, false);
  }

  Draft tid(String tid) {
    return with(
        new StoredEvent(
            event.id(), event.name(), Optional.of(tid), event.payload(), event.headers()));
  }

  Draft payload(Payload payload) {
    return with(new StoredEvent(event.id(), event.name(), event.tid(), payload, event.headers()));
  }

  Draft json(String text) {
    return payload(new Payload(Payload.JSON, text.getBytes(StandardCharsets.UTF_8)));
  }

  Draft headers(Map<String, String> headers) {
    return with(new StoredEvent(event.id(), event.name(), event.tid(), event.payload(), headers));
  }

  private Draft with(StoredEvent changed) {
    return new Draft(changed, due, window, fresh);
  }

  Draft delay(Duration delay) {
    return new Draft(event, new Due.After(delay), window, fresh);
  }

  Draft at(Instant instant) {
    return new Draft(event, new Due.At(instant), window, fresh);
  }

  Draft window(Duration window) {
    return new Draft(event, due, window, fresh);
  }

  OutgoingEvent outgoing() {
    return new OutgoingEvent(event, due, window, fresh);
  }
}
