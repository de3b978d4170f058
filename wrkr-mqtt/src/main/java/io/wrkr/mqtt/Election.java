package io.wrkr.mqtt;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import io.wrkr.spi.Wire;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which instance receives for a queue. The office is a delivery in the store that is never
 * finished, in a queue of its own: who claims it holds it, while it extends the lease. Hence the
 * store's clock decides, and an instance that died is succeeded after its lease.
 */
final class Election {
  private static final Duration TERM = Duration.ofSeconds(10);

  private final Backend store;

  /** An office that was won; {@code first} if nobody ever had it. */
  record Won(Lease lease, boolean first) {}

  Election(Backend store) {
    this.store = store;
  }

  /** Returns what a queue is subscribed to. */
  List<String> patterns(String queue) {
    return store.subscriptions().stream()
        .filter(each -> each.queue().equals(queue))
        .map(Subscription::pattern)
        .filter(pattern -> !pattern.startsWith("$wrkr."))
        .toList();
  }

  /** Tells whether a queue has an office, or a subscription and so is to have one. */
  boolean isKnown(String queue) {
    String office = office(queue);
    return store.subscriptions().stream()
        .anyMatch(each -> each.queue().equals(queue) || each.queue().equals(office));
  }

  /** Returns the lease if nobody has it and somebody is to. */
  Optional<Won> run(String queue) {
    String office = office(queue);
    ClaimRequest request = new ClaimRequest(office, 1, TERM);
    Claims claims = store.claim(request);
    boolean first = claims.deliveries().isEmpty() && claims.untilNextDue().isEmpty();
    if (first) {
      if (!isKnown(queue)) {
        return Optional.empty();
      }
      store.subscribe(new Subscription(office, office), false);
      store.publish(List.of(candidacy(office)));
      claims = store.claim(request);
    }
    return claims.deliveries().stream()
        .findFirst()
        .map(delivery -> new Won(delivery.lease(), first));
  }

  private static OutgoingEvent candidacy(String office) {
    Payload payload = new Payload(Payload.JSON, "null".getBytes(StandardCharsets.UTF_8));
    StoredEvent event = new StoredEvent(office, office, Optional.empty(), payload, Map.of());
    return new OutgoingEvent(event, Due.NOW, Duration.ZERO);
  }

  /** Extends the leases and returns those that are still held. */
  List<Lease> hold(List<Lease> leases) {
    return leases.isEmpty() ? List.of() : store.extend(leases, TERM);
  }

  void resign(Lease lease) {
    store.settle(List.of(new Settlement.Release(lease, Duration.ZERO)));
  }

  /** Takes the office of a queue that nobody subscribes any more away. */
  void abolish(String queue) {
    String office = office(queue);
    store.unsubscribe(new Subscription(office, office));
    if (store instanceof io.wrkr.spi.Inspector inspector) {
      inspector.deleteQueue(office);
    }
  }

  /** A hash, since a queue's name may be as long as a name may be, and may look like a pattern. */
  private static String office(String queue) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(queue.getBytes(StandardCharsets.UTF_8));
      return Wire.OWN_QUEUES + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
