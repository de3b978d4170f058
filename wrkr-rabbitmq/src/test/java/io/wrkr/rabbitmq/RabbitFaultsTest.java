package io.wrkr.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import io.wrkr.spi.Wire;
import io.wrkr.tck.ForwardingWire;
import io.wrkr.tck.Tap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other programs see and send, and what happens when something breaks. */
@ExtendWith(Broker.class)
class RabbitFaultsTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final int MANY = 2000;

  private final Broker.Wires wires = new Broker.Wires();
  private final MemoryBackend store = MemoryBackend.create();
  private RelayBackend relay;

  @BeforeEach
  void open() {
    relay = new RelayBackend(store, wires.connect());
    relay.subscribe(new Subscription("q", "a.#"), false);
  }

  @AfterEach
  void close() {
    relay.close();
    wires.close();
  }

  private static StoredEvent event(String id, Map<String, String> headers) {
    Payload payload = new Payload(Payload.JSON, "{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    return new StoredEvent(id, "a.b", Optional.of("t"), payload, headers);
  }

  private static OutgoingEvent fresh(String id) {
    return new OutgoingEvent(event(id, Map.of()), Due.NOW, Duration.ofHours(1), true);
  }

  private static List<ClaimedDelivery> claim(Backend backend) {
    return backend.claim(new ClaimRequest("q", 100, LEASE)).deliveries();
  }

  private static List<String> ids(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(each -> each.event().id()).toList();
  }

  /** Claims until something comes; a claim of a connection that was just lost may fail. */
  private static List<ClaimedDelivery> claimSoon(Backend backend) {
    for (int i = 0; i < MANY; i++) {
      try {
        List<ClaimedDelivery> claimed = claim(backend);
        if (!claimed.isEmpty()) {
          return claimed;
        }
      } catch (BackendException e) {
        assertThat(e.outcome()).isNotEqualTo(Outcome.FATAL);
      }
    }
    throw new AssertionError("Nothing came in " + MANY + " claims");
  }

  private void send(String name, BasicProperties properties, String body) {
    Broker.as(
        channel -> {
          channel.basicPublish(
              wires.options().exchange(), name, properties, body.getBytes(StandardCharsets.UTF_8));
          return true;
        });
  }

  @Test
  void a_plain_message_of_another_program_is_an_event() {
    send(
        "a.b",
        new BasicProperties.Builder()
            .messageId("theirs")
            .headers(Map.of("shop", "north", "count", 3))
            .build(),
        "{\"order\":7}");

    ClaimedDelivery claimed = claimSoon(relay).get(0);

    assertThat(claimed.event().id()).isEqualTo("theirs");
    assertThat(claimed.event().name()).isEqualTo("a.b");
    assertThat(claimed.event().headers()).isEqualTo(Map.of("shop", "north", "count", "3"));
    assertThat(claimed.event().payload().isJson()).isTrue();
    assertThat(claimed.event().payload().text()).isEqualTo("{\"order\":7}");
  }

  @Test
  void a_message_that_can_be_no_event_is_a_dead_letter_with_its_bytes_and_the_queue_goes_on() {
    send("a.b", new BasicProperties(), "not json");
    send("a..b", new BasicProperties(), "{}");
    send("a.good", new BasicProperties(), "{\"good\":1}");

    assertThat(claimSoon(relay)).extracting(each -> each.event().name()).contains("a.good");

    List<DeliveryInfo> dead = relay.find(Query.all().state(DeliveryState.DEAD)).deliveries();
    assertThat(dead).extracting(DeliveryInfo::payloadText).containsOnly("not json", "{}");
    assertThat(dead).allMatch(info -> info.reason().orElse("").contains("foreign message"));
  }

  @Test
  void another_program_reads_an_event_as_it_is_documented() {
    OutgoingEvent outgoing =
        new OutgoingEvent(event("1", Map.of("shop", "north")), Due.NOW, LEASE, true);
    relay.publish(List.of(outgoing));

    GetResponse got = Broker.as(channel -> channel.basicGet(wires.inBroker("q"), true));

    assertThat(got.getEnvelope().getExchange()).isEqualTo(wires.options().exchange());
    assertThat(got.getEnvelope().getRoutingKey()).isEqualTo("a.b");
    assertThat(got.getProps().getType()).isEqualTo("a.b");
    assertThat(got.getProps().getMessageId()).isEqualTo("1");
    assertThat(got.getProps().getContentType()).isEqualTo("application/json");
    assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(got.getProps().getTimestamp()).isNotNull();
    assertThat(got.getProps().getHeaders().get("shop")).hasToString("north");
    assertThat(got.getProps().getHeaders().get("wrkr.amqp.tid")).hasToString("t");
    assertThat(new String(got.getBody(), StandardCharsets.UTF_8)).isEqualTo("{\"x\":1}");
  }

  @Test
  void headers_that_amqp_or_rabbitmq_has_no_place_for_come_back() {
    Map<String, String> odd =
        Map.of("CC", "a.c", "x-death", "no", "é 😀", "\u0000", "k".repeat(300), "v", "", "empty");
    relay.publish(List.of(new OutgoingEvent(event("1", odd), Due.NOW, LEASE, true)));

    assertThat(claim(relay).get(0).event().headers()).isEqualTo(odd);
    assertThat(claim(relay)).isEmpty();
  }

  @Test
  void a_queue_deleted_by_hand_is_made_again() {
    claim(relay);
    relay.onArrival("q", () -> {});
    relay.publish(List.of(fresh("lost with its queue")));

    Broker.as(channel -> channel.queueDelete(wires.inBroker("q")));
    relay.publish(List.of(fresh("1")));

    assertThat(ids(claimSoon(relay))).containsExactly("1");
  }

  @Test
  void a_queue_purged_by_hand_costs_what_waited_in_the_broker_alone() {
    relay.publish(List.of(fresh("purged")));
    relay.publish(
        List.of(new OutgoingEvent(event("stored", Map.of()), Due.NOW, Duration.ofDays(7))));

    Broker.as(channel -> channel.queuePurge(wires.inBroker("q")));
    relay.publish(List.of(fresh("1")));

    assertThat(ids(claimSoon(relay))).containsExactlyInAnyOrder("stored", "1");
  }

  @Test
  void what_one_instance_holds_and_does_not_claim_goes_to_another() {
    RelayBackend other = new RelayBackend(store, wires.connect());
    CountDownLatch arrived = new CountDownLatch(1);
    relay.onArrival("q", arrived::countDown);

    other.publish(List.of(fresh("1")));
    assertThat(await(arrived)).isTrue();

    assertThat(ids(claimSoon(other))).containsExactly("1");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ConnectionFactory through(Tap tap) {
    ConnectionFactory factory = Broker.factory();
    factory.setPort(tap.port());
    return factory;
  }

  @Test
  void a_connection_cut_between_the_store_and_the_ack_brings_no_event_twice() throws IOException {
    try (Tap tap = new Tap(Broker.PORT)) {
      CuttingWire cutting = new CuttingWire(wires.connect(through(tap)), tap);
      Backend cut = new RelayBackend(store, cutting);
      relay.publish(List.of(fresh("1")));

      List<ClaimedDelivery> claimed = claim(cut);
      assertThat(ids(claimed)).containsExactly("1");
      assertThat(
              store.settle(
                  List.of(new Settlement.Ack(claimed.get(0).lease(), Archive.delete(), List.of()))))
          .isEmpty();
      relay.publish(List.of(fresh("2")));

      List<String> after = new ArrayList<>();
      while (!after.contains("2")) {
        after.addAll(ids(claimSoon(relay)));
      }
      assertThat(after).containsExactly("2");
    }
  }

  /** Cuts the line after the store has taken in, before the broker is told. */
  private static final class CuttingWire extends ForwardingWire {
    private final Tap tap;

    CuttingWire(Wire target, Tap tap) {
      super(target);
      this.tap = tap;
    }

    @Override
    public int receive(String queue, int max, java.util.function.Consumer<List<Cargo>> intake) {
      return super.receive(
          queue,
          max,
          cargo -> {
            intake.accept(cargo);
            tap.mute();
          });
    }
  }

  @Test
  void a_publish_whose_confirm_was_lost_is_unknown_and_repeated_makes_one_delivery()
      throws IOException {
    try (Tap tap = new Tap(Broker.PORT)) {
      RelayBackend cut = new RelayBackend(store, wires.connect(through(tap)));
      cut.publish(List.of(fresh("first")));
      tap.deafen();
      CompletableFuture<Void> cutter = CompletableFuture.runAsync(() -> cutWhenSent(tap));

      assertThatThrownBy(() -> cut.publish(List.of(fresh("1"))))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
      cutter.join();
      cut.publish(List.of(fresh("1")));

      List<String> all = new ArrayList<>();
      while (all.size() < 2) {
        all.addAll(ids(claimSoon(relay)));
      }
      assertThat(all).containsExactlyInAnyOrder("first", "1");
      assertThat(claim(relay)).isEmpty();
    }
  }

  /** Cuts when the broker has the second message, whose confirm is lost. */
  private void cutWhenSent(Tap tap) {
    try (Wire look = wires.connect()) {
      while (look.waiting("q").count() < 2) {
        Thread.onSpinWait();
      }
      tap.cut();
    }
  }

  @Test
  void wrong_credentials_or_virtual_host_fail_at_once_without_the_password() {
    ConnectionFactory wrong = Broker.factory();
    wrong.setPassword("S3cr3t-canary");
    assertThatThrownBy(() -> RabbitBackend.of(wrong, MemoryBackend.create(), Broker.names()))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
        .hasMessageContaining("refuses user or password")
        .hasMessageNotContaining("S3cr3t-canary");

    ConnectionFactory nowhere = Broker.factory();
    nowhere.setVirtualHost("no-such-vhost");
    assertThatThrownBy(() -> RabbitBackend.of(nowhere, MemoryBackend.create(), Broker.names()))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
        .hasMessageContaining("no-such-vhost");
  }

  @Test
  void a_queue_that_is_there_with_other_arguments_is_refused_by_name() {
    Broker.as(
        channel -> channel.queueDeclare(wires.inBroker("classic"), true, false, false, Map.of()));

    assertThatThrownBy(() -> relay.subscribe(new Subscription("classic", "a"), false))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("PRECONDITION_FAILED");
  }

  @Test
  void a_foreign_event_without_a_subscription_of_its_name_does_not_arrive() {
    send("other", new BasicProperties(), "{}");
    relay.publish(List.of(fresh("1")));

    assertThat(ids(claimSoon(relay))).containsExactly("1");
  }
}
