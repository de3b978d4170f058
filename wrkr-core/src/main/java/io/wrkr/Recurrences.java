package io.wrkr;

import io.wrkr.spi.Capability;
import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recurring publishes over the bus itself.
 *
 * <ol>
 *   <li>A queue of the bus's own holds one delivery per recurrence, due at the next fire, with the
 *       rule as text.
 *   <li>Handling it publishes the event under the id {@code ID@INSTANT}, then acks with the
 *       delivery of the next fire as follow-up. A crash in between repeats both under the same ids:
 *       exactly one event and one successor, for any number of processes, by dedupe alone.
 *   <li>The next fire is the first after both this one and the store's now, so that fires missed
 *       while nothing ran collapse into one; into two, if that one had to be tried again.
 *   <li>A definition has a version, newer ones sort later. One that sees a newer one of the same id
 *       ends without firing, so that a definition replaced while it was being handled ends too.
 * </ol>
 */
final class Recurrences {
  static final String QUEUE = Names.INTERNAL + "recurrences";
  static final String EVENT = Names.INTERNAL + "recurrence";

  private static final int MAX_ID_BYTES = 100;
  private static final int FIRES_SHOWN = 5;
  private static final Duration UNREADABLE_WAIT = Duration.ofMinutes(1);

  /** Firing is quick; what an instance held that died over it comes back this soon. */
  static final Duration LEASE = Duration.ofSeconds(5);

  /** Long enough for one that was held by the dead to be taken over and to end. */
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(15);

  private final Bus bus;
  private final Admin admin;

  Recurrences(Bus bus, Admin admin) {
    this.bus = bus;
    this.admin = admin;
  }

  /** Stores a definition in place of older ones of this id; the bus's own queue is subscribed. */
  void repeat(Publisher publisher, String id, Recurrence recurrence, Event event) {
    requireId(id);
    requirePlain(event);
    bus.require(Capability.DELAY, "A recurring publish");
    bus.require(Capability.DEDUPE, "A recurring publish");
    bus.require(Capability.CANCEL, "A recurring publish");
    String rule =
        recurrence
            .text()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The recurrence '"
                            + id
                            + "' has no text() to be stored by: use"
                            + " Recurrence.every or io.wrkr.quartz.Cron"));
    RecurrenceTexts.parse(rule);
    Instant first =
        recurrence
            .next(bus.wall().instant())
            .orElseThrow(
                () -> new IllegalArgumentException("The rule '" + rule + "' never fires again"));
    StoredRecurrence stored =
        StoredRecurrence.of(id, rule, first, event, bus.codec()).version(bus.stage().nextId());
    publisher.publish(stored.waiting());
    // Whoever still handles an older one afterwards finds that it was replaced.
    bus.stage().until(CANCEL_PATIENCE, () -> cancelBefore(id, stored.version()).isEmpty());
  }

  boolean cancel(String id) {
    requireId(id);
    String now = bus.stage().nextId();
    boolean[] any = {false};
    boolean ended =
        bus.stage()
            .until(
                CANCEL_PATIENCE,
                () -> {
                  Set<String> older = cancelBefore(id, now);
                  any[0] |= !older.isEmpty();
                  return older.isEmpty();
                });
    if (!ended) {
      throw new OutcomeUnknownException(
          "The recurrence '"
              + id
              + "' has been firing for "
              + CANCEL_PATIENCE.toSeconds()
              + " s and may go on: cancel it again",
          List.of(),
          null);
    }
    return any[0];
  }

  /**
   * Cancels the definitions older than this version and returns which there were. One that is being
   * handled cannot be cancelled, but its successor can, a moment later.
   */
  private Set<String> cancelBefore(String id, String version) {
    Set<String> older = new HashSet<>();
    for (DeliveryInfo info : waiting(Query.all().tid(id))) {
      if (stored(info).version().compareTo(version) < 0) {
        older.add(info.eventId());
        admin.cancel(Query.all().queue(QUEUE).eventId(info.eventId()));
      }
    }
    return older;
  }

  List<RecurrenceInfo> list() {
    return waiting(Query.all()).stream().map(info -> info(stored(info))).toList();
  }

  private static RecurrenceInfo info(StoredRecurrence stored) {
    List<Instant> next = new ArrayList<>();
    Optional<Recurrence> rule = stored.readable();
    Optional<Instant> fire = rule.isPresent() ? Optional.of(stored.at()) : Optional.empty();
    while (fire.isPresent() && next.size() < FIRES_SHOWN) {
      next.add(fire.get());
      fire = rule.get().next(fire.get());
    }
    return new RecurrenceInfo(stored.id(), stored.rule(), stored.name(), next);
  }

  private List<DeliveryInfo> waiting(Query query) {
    List<DeliveryInfo> all = new ArrayList<>();
    Query page = query.queue(QUEUE).limit(Query.MAX_LIMIT);
    for (Optional<String> next = Optional.of(""); next.isPresent(); ) {
      Page found = admin.find(next.get().isEmpty() ? page : page.after(next.get()));
      found.deliveries().stream().filter(Recurrences::isLive).forEach(all::add);
      next = found.next();
    }
    return all;
  }

  private static boolean isLive(DeliveryInfo info) {
    return info.state() != DeliveryState.DONE && info.state() != DeliveryState.DEAD;
  }

  private static StoredRecurrence stored(DeliveryInfo info) {
    return StoredRecurrence.of(
        new Payload(Payload.JSON, info.payloadText().getBytes(StandardCharsets.UTF_8)));
  }

  /** Handles a fire. */
  void fire(Publisher publisher, Delivery delivery) {
    StoredRecurrence stored = StoredRecurrence.of(delivery.event().encoded(bus.codec()));
    Optional<Recurrence> rule = stored.readable();
    if (rule.isEmpty()) {
      bus.notices()
          .fault(
              "recurrence " + stored.id(),
              new IllegalArgumentException("this process cannot read '" + stored.rule() + "'"));
      delivery.release(UNREADABLE_WAIT);
      return;
    }
    if (isReplaced(stored)) {
      return;
    }
    Receipt receipt = publisher.publish(stored.event(bus.codec()));
    // What an attempt before fired, whose ack came to nothing, may have been on time.
    boolean repeated = receipt.duplicate() && delivery.attempt() > 1;
    boolean late = !repeated && receipt.due().isAfter(stored.at());
    Instant after = late ? receipt.due() : stored.at();
    rule.get().next(after).ifPresent(next -> delivery.followUp(stored.at(next).waiting()));
  }

  private boolean isReplaced(StoredRecurrence stored) {
    return waiting(Query.all().tid(stored.id())).stream()
        .anyMatch(info -> stored(info).version().compareTo(stored.version()) > 0);
  }

  private static void requireId(String id) {
    Names.requireId(id);
    if (Names.utf8Length(id) > MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "The id '" + Names.shown(id) + "' is longer than " + MAX_ID_BYTES + " bytes: shorten it");
    }
  }

  private static void requirePlain(Event event) {
    if (event.id().isPresent() || !event.isDueNow()) {
      throw new IllegalArgumentException(
          event
              + " has an id or a due instant of its own, but a recurrence gives both: leave them"
              + " out");
    }
  }
}
