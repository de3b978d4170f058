package io.wrkr.spi;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what may go over the wire, and the rest to the store; see {@link RelayBackend}. */
final class Sending {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
  private static final int MAX_ROUNDS = 3;

  private final Backend store;
  private final Wire wire;
  private volatile Fanout fanout = new Fanout(List.of());

  Sending(Backend store, Wire wire) {
    this.store = store;
    this.wire = wire;
  }

  /** Returns the fan-out by the subscriptions as they are. */
  Fanout fanout() {
    Fanout now = fanout.as(store.subscriptions());
    fanout = now;
    return now;
  }

  /** Makes all bindings anew. */
  void repair() {
    for (Subscription each : fanout().onWire()) {
      wire.bind(each);
    }
  }

  List<Receipt> publish(List<OutgoingEvent> events, Instant now) {
    List<OutgoingEvent> kept = events.stream().filter(event -> !mayTravel(event)).toList();
    if (kept.size() == events.size()) {
      return store.publish(events);
    }
    List<Receipt> stored = kept.isEmpty() ? List.of() : store.publish(kept);
    Map<String, Receipt> sent = new HashMap<>();
    try {
      send(events.stream().filter(Sending::mayTravel).toList(), now, sent);
    } catch (BackendException | IllegalStateException e) {
      throw stored.isEmpty() && sent.isEmpty()
          ? e
          : new BackendException(Outcome.UNKNOWN, "A part was published: " + e.getMessage(), e);
    }
    List<Receipt> receipts = new ArrayList<>(events.size());
    int next = 0;
    for (OutgoingEvent event : events) {
      Receipt travelled = mayTravel(event) ? sent.get(event.event().id()) : null;
      receipts.add(travelled == null ? stored.get(next++) : travelled);
    }
    return receipts;
  }

  /** Whether an instant has passed only the store's clock can tell. */
  private static boolean mayTravel(OutgoingEvent outgoing) {
    return outgoing.freshId()
        && outgoing.due().equals(Due.NOW)
        && !outgoing.event().name().startsWith(Fanout.INTERNAL);
  }

  private void send(List<OutgoingEvent> events, Instant now, Map<String, Receipt> receipts) {
    List<OutgoingEvent> left = events;
    for (int round = 0; round < MAX_ROUNDS && !left.isEmpty(); round++) {
      if (round > 0) {
        LOG.warn("{} events reached none of their queues: binding all queues again", left.size());
        repair();
      }
      left = sendOnce(left, now, receipts);
    }
    if (!left.isEmpty()) {
      throw new BackendException(
          Outcome.FAILED,
          "The event "
              + left.get(0).event().id()
              + " reached none of its queues, though they were bound again",
          null);
    }
  }

  /** Returns those that reached no queue though they have one. */
  private List<OutgoingEvent> sendOnce(
      List<OutgoingEvent> events, Instant now, Map<String, Receipt> receipts) {
    Fanout current = fanout();
    List<OutgoingEvent> tried = new ArrayList<>(events.size());
    List<Wire.Cargo> cargo = new ArrayList<>(events.size());
    for (OutgoingEvent outgoing : events) {
      List<String> queues = current.queues(outgoing.event().name());
      if (queues.isEmpty()) {
        receipts.put(outgoing.event().id(), receipt(outgoing, now, queues));
      } else {
        tried.add(outgoing);
        cargo.add(cargo(outgoing.event(), now, outgoing.dedupeWindow(), queues));
      }
    }
    Set<Integer> lost = cargo.isEmpty() ? Set.of() : wire.send(cargo);
    List<OutgoingEvent> left = new ArrayList<>(lost.size());
    for (int i = 0; i < tried.size(); i++) {
      OutgoingEvent outgoing = tried.get(i);
      if (lost.contains(i)) {
        left.add(outgoing);
      } else {
        List<String> queues = current.queues(outgoing.event().name());
        receipts.put(outgoing.event().id(), receipt(outgoing, now, queues));
      }
    }
    return left;
  }

  private static Wire.Cargo cargo(
      StoredEvent event, Instant now, Duration window, List<String> queues) {
    return new Wire.Cargo(new Arrival(event, now, window), Set.copyOf(queues), Optional.empty());
  }

  private static Receipt receipt(OutgoingEvent outgoing, Instant now, List<String> queues) {
    return new Receipt(outgoing.event().id(), now, queues, false);
  }
}
