package io.wrkr.cli;

import io.wrkr.Delivery;

/** The line that stands for a delivery. */
final class DeliveryLine {
  private DeliveryLine() {}

  static String of(Delivery delivery) {
    RawJson payload = delivery.payload(RawJson.class);
    return new JsonObject()
        .put("id", delivery.event().id().orElse(null))
        .put("name", delivery.name())
        .put("tid", delivery.tid().orElse(null))
        .put("queue", delivery.queue())
        .put("attempt", delivery.attempt())
        .put("due", delivery.due())
        .put("publishedAt", delivery.publishedAt())
        .put("headers", delivery.event().headers())
        .raw("payload", payload == null ? "null" : payload.text())
        .toString();
  }
}
