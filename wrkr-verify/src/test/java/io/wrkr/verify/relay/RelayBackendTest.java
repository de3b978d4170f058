package io.wrkr.verify.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.ForeignMessage;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import io.wrkr.spi.Wire;
import io.wrkr.tck.ForwardingBackend;
import io.wrkr.tck.ForwardingWire;
import io.wrkr.tck.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayBackendTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
  private final MemoryBroker broker = new MemoryBroker();
  private final MemoryBackend store = MemoryBackend.create();
  private final Wire second = broker.connect();
  private RelayBackend relay;

  @BeforeEach
  void open() {
    relay = new RelayBackend(store, broker.connect());
    relay.useClock(clock);
    relay.subscribe(new Subscription("q", "a"), false);
  }

  @AfterEach
  void close() {
    relay.close();
  }

  private static StoredEvent event(String id, String name) {
    Payload payload = new Payload(Payload.JSON, "{}".getBytes(StandardCharsets.UTF_8));
    return new StoredEvent(id, name, Optional.empty(), payload, Map.of());
  }

  private static OutgoingEvent fresh(String id, Due due) {
    return new OutgoingEvent(event(id, "a"), due, Duration.ofHours(1), true);
  }

  private static OutgoingEvent given(String id) {
    return new OutgoingEvent(event(id, "a"), Due.NOW, Duration.ofDays(7));
  }

  private List<ClaimedDelivery> claim(int max) {
    return relay.claim(new ClaimRequest("q", max, LEASE)).deliveries();
  }

  private static List<String> ids(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(each -> each.event().id()).toList();
  }

  private boolean ack(ClaimedDelivery delivery) {
    return relay
        .settle(List.of(new Settlement.Ack(delivery.lease(), Archive.delete(), List.of())))
        .isEmpty();
  }

  @Test
  void what_is_due_under_a_fresh_id_waits_on_the_wire_and_all_else_in_the_store() {
    relay.publish(
        List.of(
            fresh("now", Due.NOW),
            fresh("later", new Due.After(Duration.ofDays(7))),
            fresh("past", new Due.At(Instant.EPOCH)),
            given("given")));

    assertThat(second.waiting("q").count()).isEqualTo(1);
    assertThat(store.find(Query.all()).deliveries())
        .extracting(DeliveryInfo::eventId)
        .containsExactlyInAnyOrder("later", "past", "given");
  }

  @Test
  void counting_leaves_on_the_wire_what_waits_there() {
    relay.publish(List.of(fresh("1", Due.NOW), fresh("2", Due.NOW)));
    clock.advance(Duration.ofSeconds(5));

    assertThat(relay.stats().get(0).ready()).isEqualTo(2);
    assertThat(relay.stats().get(0).oldestReady()).isEqualTo(Duration.ofSeconds(5));
    assertThat(second.waiting("q").count()).isEqualTo(2);
  }

  @Test
  void looking_moves_it_to_the_store_where_it_can_be_cancelled() {
    relay.publish(List.of(fresh("1", Due.NOW), fresh("2", Due.NOW)));

    assertThat(relay.cancel(Query.all().eventId("1"))).isEqualTo(1);

    assertThat(second.waiting("q").count()).isZero();
    assertThat(ids(claim(10))).containsExactly("2");
  }

  @Test
  void looking_for_what_is_never_on_the_wire_moves_nothing() {
    relay.publish(List.of(fresh("1", Due.NOW)));

    relay.find(Query.all().state(DeliveryState.DEAD));

    assertThat(second.waiting("q").count()).isEqualTo(1);
  }

  @Test
  void an_event_that_the_wire_brings_again_after_its_ack_is_dropped() {
    broker.acksToLose = 1;
    relay.publish(List.of(fresh("1", Due.NOW)));
    ClaimedDelivery claimed = claim(10).get(0);

    assertThat(second.waiting("q").count()).as("not removed").isEqualTo(1);
    assertThat(claim(10)).as("leased").isEmpty();
    broker.put("q", new Wire.Cargo(arrival("1"), Set.of("q"), Optional.empty()));
    assertThat(ack(claimed)).isTrue();

    assertThat(claim(10)).as("acked").isEmpty();
    assertThat(second.waiting("q").count()).isZero();
  }

  @Test
  void an_event_sent_twice_is_handed_out_once() {
    relay.publish(List.of(fresh("1", Due.NOW)));
    relay.publish(List.of(fresh("1", Due.NOW)));
    relay.publish(List.of(given("1")));

    assertThat(ids(claim(10))).containsExactly("1");
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void the_wire_keeps_what_the_store_could_not_take_in() {
    RelayBackend broken = new RelayBackend(new Full(store), broker.connect());
    relay.publish(List.of(fresh("1", Due.NOW)));

    assertThatThrownBy(() -> broken.claim(new ClaimRequest("q", 10, LEASE)))
        .hasMessageContaining("disk is full");

    assertThat(ids(claim(10))).containsExactly("1");
  }

  private static final class Full extends ForwardingBackend implements io.wrkr.spi.Intake {
    Full(MemoryBackend target) {
      super(target);
    }

    @Override
    public void accept(String queue, List<Arrival> arrivals) {
      throw new BackendException(Outcome.FAILED, "the disk is full", null);
    }

    @Override
    public List<ClaimedDelivery> take(String queue, List<Arrival> arrivals, Duration lease) {
      throw new BackendException(Outcome.FAILED, "the disk is full", null);
    }
  }

  @Test
  void a_queue_deleted_by_hand_is_made_again_and_the_event_arrives() {
    relay.publish(List.of(fresh("lost with its queue", Due.NOW)));
    broker.dropByHand("q");

    Receipt receipt = relay.publish(List.of(fresh("1", Due.NOW))).get(0);

    assertThat(receipt.queues()).containsExactly("q");
    assertThat(ids(claim(10))).containsExactly("1");
  }

  @Test
  void bindings_are_made_again_by_every_prune_and_by_an_instance_that_opens() {
    broker.dropByHand("q");
    relay.prune(100);
    assertThat(second.send(List.of(cargo("1", Set.of())))).isEmpty();

    broker.dropByHand("q");
    new RelayBackend(store, broker.connect()).claim(new ClaimRequest("q", 1, LEASE));
    assertThat(second.send(List.of(cargo("2", Set.of())))).isEmpty();
  }

  @Test
  void what_is_bound_still_though_it_is_not_subscribed_any_more_is_dropped() {
    relay.unsubscribe(new Subscription("q", "a"));
    relay.subscribe(new Subscription("q", "other"), false);
    broker.put("q", cargo("1", Set.of("another queue")));
    broker.put("q", cargo("2", Set.of("q")));

    assertThat(ids(claim(10))).containsExactly("2");
  }

  @Test
  void what_waits_when_the_last_subscription_goes_is_found_and_claimed() {
    relay.publish(List.of(fresh("1", Due.NOW)));

    relay.unsubscribe(new Subscription("q", "a"));

    assertThat(relay.stats()).extracting(stats -> stats.ready()).containsExactly(1L);
    assertThat(ids(claim(10))).containsExactly("1");
  }

  @Test
  void a_publish_of_which_a_part_was_stored_before_the_wire_failed_is_unknown() {
    broker.sendsToRefuse = 2;

    assertThatThrownBy(() -> relay.publish(List.of(fresh("1", Due.NOW))))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FAILED));
    assertThatThrownBy(() -> relay.publish(List.of(given("2"), fresh("3", Due.NOW))))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @Test
  void a_publish_of_which_a_part_was_stored_before_the_wire_was_closed_is_unknown() {
    RelayBackend closing = new RelayBackend(store, new ClosedForSending(broker.connect()));

    assertThatThrownBy(() -> closing.publish(List.of(fresh("1", Due.NOW))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closing.publish(List.of(given("2"), fresh("3", Due.NOW))))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  /** Is closed by another thread just when something is to be sent. */
  private static final class ClosedForSending extends ForwardingWire {
    ClosedForSending(Wire target) {
      super(target);
    }

    @Override
    public Set<Integer> send(List<Cargo> cargo) {
      throw new IllegalStateException("closed: open another");
    }
  }

  @Test
  void neither_store_nor_wire_starves_the_other() {
    relay.publish(IntStream.range(0, 6).mapToObj(i -> given("stored" + i)).toList());
    relay.publish(IntStream.range(0, 6).mapToObj(i -> fresh("sent" + i, Due.NOW)).toList());

    assertThat(ids(claim(2))).containsExactly("stored0", "stored1");
    assertThat(ids(claim(2))).containsExactly("sent0", "sent1");
    assertThat(ids(claim(2))).containsExactly("stored2", "stored3");
  }

  @Test
  void a_foreign_message_is_an_event() {
    broker.put("q", foreign("a", "{\"x\":1}"));

    ClaimedDelivery claimed = claim(10).get(0);

    assertThat(claimed.event().name()).isEqualTo("a");
    assertThat(claimed.event().payload().text()).isEqualTo("{\"x\":1}");
    assertThat(claimed.event().headers()).containsExactly(Map.entry("k", "v"));
    assertThat(ack(claimed)).isTrue();
  }

  @Test
  void what_can_be_no_event_is_a_dead_letter_with_its_bytes_and_the_queue_goes_on() {
    broker.put("q", foreign("a", "no json"));
    broker.put("q", foreign("a..b", "{}"));
    broker.put("q", foreign("a", "1 2"));
    broker.put("q", foreign("a", ""));
    broker.put("q", foreign("a", "[".repeat(100)));
    relay.publish(List.of(fresh("1", Due.NOW)));

    assertThat(ids(claim(10))).containsExactly("1");

    List<DeliveryInfo> dead = relay.find(Query.all().state(DeliveryState.DEAD)).deliveries();
    assertThat(dead).hasSize(5);
    assertThat(dead).extracting(DeliveryInfo::payloadText).contains("no json", "{}", "1 2", "");
    assertThat(dead)
        .filteredOn(info -> info.payloadText().equals("{}"))
        .allMatch(info -> info.name().equals(ForeignMessage.UNNAMED))
        .allMatch(info -> info.reason().orElse("").contains("empty segment"));
  }

  @Test
  void a_store_that_takes_nothing_in_is_refused_by_name() {
    ForwardingBackend without = new ForwardingBackend(store);

    assertThatThrownBy(() -> new RelayBackend(without, second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ForwardingBackend cannot stand beside a broker");
  }

  private static Arrival arrival(String id) {
    return new Arrival(event(id, "a"), Instant.EPOCH, Duration.ofHours(1));
  }

  private static Wire.Cargo cargo(String id, Set<String> queues) {
    return new Wire.Cargo(arrival(id), queues, Optional.empty());
  }

  private Wire.Cargo foreign(String name, String body) {
    Payload payload = new Payload(Payload.JSON, body.getBytes(StandardCharsets.UTF_8));
    return new ForeignMessage(name, Optional.empty(), payload, Map.of("k", "v"))
        .toCargo(clock.instant());
  }

  @Test
  void what_the_wire_moves_to_the_store_while_its_queue_is_deleted_is_deleted_too() {
    MovesBeforeItDeletes wire = new MovesBeforeItDeletes(broker.connect());
    try (RelayBackend deleting = new RelayBackend(MemoryBackend.create(), wire)) {
      deleting.subscribe(new Subscription("late", "a"), false);
      deleting.publish(List.of(fresh("1", Due.NOW)));

      assertThat(deleting.deleteQueue("late")).isTrue();

      assertThat(wire.moved).isEqualTo(1);
      assertThat(deleting.stats()).isEmpty();
      assertThat(deleting.deleteQueue("late")).isFalse();
    }
  }

  private static final class MovesBeforeItDeletes extends ForwardingWire {
    int moved;
    private ToIntFunction<String> mover;

    MovesBeforeItDeletes(Wire target) {
      super(target);
    }

    @Override
    public void moveBy(ToIntFunction<String> mover) {
      this.mover = mover;
    }

    @Override
    public boolean delete(String queue) {
      moved += mover.applyAsInt(queue);
      return super.delete(queue);
    }
  }
}
