package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What tests of the backend by itself say and do. */
abstract class SpiScenario extends Scenario {
  static final Duration LEASE = Duration.ofSeconds(30);
  static final Duration SECOND = Duration.ofSeconds(1);
  static final Duration MILLI = Duration.ofMillis(1);

  final void subscribe(String queue, String pattern) {
    backend.subscribe(new Subscription(queue, pattern), false);
  }

  final void subscribeOrdered(String queue, String pattern) {
    backend.subscribe(new Subscription(queue, pattern), true);
  }

  static Draft event(String name) {
    return Draft.event(name);
  }

  /** Returns events of one name with the ids prefix + 0, 1, 2, … */
  static List<Draft> events(String name, String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> event(name).id(prefix + i)).toList();
  }

  final Receipt publish(Draft event) {
    return backend.publish(List.of(event.outgoing())).get(0);
  }

  final List<Receipt> publish(Draft first, Draft... others) {
    return publish(Stream.concat(Stream.of(first), Stream.of(others)).toList());
  }

  final List<Receipt> publish(List<Draft> events) {
    return backend.publish(outgoing(events));
  }

  static List<OutgoingEvent> outgoing(List<Draft> events) {
    return events.stream().map(Draft::outgoing).toList();
  }

  final Claims claim(String queue, int max) {
    return backend.claim(new ClaimRequest(queue, max, LEASE));
  }

  /** Claims all that is ready. */
  final List<ClaimedDelivery> claimAll(String queue) {
    return claim(queue, backend.capabilities().maxBatch()).deliveries();
  }

  /** Claims the only delivery that is ready. */
  final ClaimedDelivery claimOne(String queue) {
    List<ClaimedDelivery> claimed = claimAll(queue);
    assertThat(claimed).as("ready deliveries of %s", queue).hasSize(1);
    return claimed.get(0);
  }

  /** Claims the first of the deliveries that are ready. */
  final ClaimedDelivery claimFirst(String queue) {
    List<ClaimedDelivery> claimed = claim(queue, 1).deliveries();
    assertThat(claimed).as("the first ready delivery of %s", queue).hasSize(1);
    return claimed.get(0);
  }

  static List<String> ids(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(delivery -> delivery.event().id()).toList();
  }

  /** Claims all that is ready and returns the ids of the events. */
  final List<String> claimIds(String queue) {
    return ids(claimAll(queue));
  }

  final void assertNothingReady(String queue) {
    assertThat(claimIds(queue)).as("ready deliveries of %s", queue).isEmpty();
  }

  static Settlement ackOf(ClaimedDelivery delivery) {
    return new Settlement.Ack(delivery.lease(), Archive.delete(), List.of());
  }

  final boolean ack(ClaimedDelivery delivery) {
    return settle(ackOf(delivery));
  }

  final boolean ack(ClaimedDelivery delivery, Archive archive) {
    return settle(new Settlement.Ack(delivery.lease(), archive, List.of()));
  }

  final boolean ack(ClaimedDelivery delivery, Draft... followUps) {
    List<OutgoingEvent> events = outgoing(List.of(followUps));
    return settle(new Settlement.Ack(delivery.lease(), Archive.delete(), events));
  }

  final boolean retry(ClaimedDelivery delivery, Duration after) {
    return settle(new Settlement.Retry(delivery.lease(), after, "failed"));
  }

  final boolean release(ClaimedDelivery delivery, Duration after) {
    return settle(new Settlement.Release(delivery.lease(), after));
  }

  final boolean deadLetter(ClaimedDelivery delivery, String reason) {
    return settle(new Settlement.DeadLetter(delivery.lease(), reason));
  }

  /** Settles and returns whether the backend accepted it. */
  final boolean settle(Settlement settlement) {
    return backend.settle(List.of(settlement)).isEmpty();
  }

  final boolean extend(ClaimedDelivery delivery, Duration lease) {
    return !backend.extend(List.of(delivery.lease()), lease).isEmpty();
  }

  final Inspector inspector() {
    return (Inspector) backend;
  }

  final List<DeliveryInfo> find(Query query) {
    return inspector().find(query).deliveries();
  }

  final DeliveryInfo info(String queue, String eventId) {
    List<DeliveryInfo> found = find(Query.all().queue(queue).eventId(eventId));
    assertThat(found).as("deliveries of %s in %s", eventId, queue).hasSize(1);
    return found.get(0);
  }

  final QueueStats stats(String queue) {
    return inspector().stats().stream()
        .filter(stats -> stats.queue().equals(queue))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no counts of " + queue));
  }
}
