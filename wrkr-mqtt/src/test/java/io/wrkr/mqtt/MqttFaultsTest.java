package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.QueueStats;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other programs see and send, and what happens when something breaks. */
class MqttFaultsTest {
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final int MANY = 300_000;

  private final Broker.Wires wires = new Broker.Wires();
  private final String stores = wires.options().prefix();
  private final MemoryBackend store = MemoryBackend.sharing(stores);
  private RelayBackend relay;

  @BeforeEach
  void open() {
    relay = another();
    relay.subscribe(new Subscription("q", "a.#"), false);
  }

  @AfterEach
  void close() {
    relay.close();
    store.close();
    wires.close();
  }

  private RelayBackend another() {
    return wires.connect(MemoryBackend.sharing(stores));
  }

  private static StoredEvent event(String id, Map<String, String> headers) {
    Payload payload = new Payload(Payload.JSON, "{\"x\":1}".getBytes(StandardCharsets.UTF_8));
    return new StoredEvent(id, "a.b", Optional.of("t"), payload, headers);
  }

  private static OutgoingEvent fresh(String id) {
    return new OutgoingEvent(event(id, Map.of()), Due.NOW, Duration.ofHours(1), true);
  }

  private static List<OutgoingEvent> fresh(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> fresh("e" + i)).toList();
  }

  /** Claims until so many came; a claim of a connection that was just lost may fail. */
  private static List<ClaimedDelivery> claim(Backend backend, int count) {
    List<ClaimedDelivery> claimed = new ArrayList<>();
    for (int i = 0; i < MANY && claimed.size() < count; i++) {
      try {
        claimed.addAll(backend.claim(new ClaimRequest("q", 100, LEASE)).deliveries());
      } catch (BackendException e) {
        assertThat(e.outcome()).isNotEqualTo(Outcome.FATAL);
      }
    }
    assertThat(claimed).hasSize(count);
    return claimed;
  }

  private static List<String> ids(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(each -> each.event().id()).toList();
  }

  /** What is ready when all that was sent before has been counted. */
  private static long ready(RelayBackend backend) {
    return backend.stats().stream().mapToLong(QueueStats::ready).sum();
  }

  private void send(String topic, String body, String... properties) {
    wires.as(
        client -> {
          client.publish(message(topic, body, properties));
          return true;
        });
  }

  private Mqtt5Publish message(String topic, String body, String... properties) {
    List<Mqtt5UserProperty> all = new ArrayList<>();
    for (int i = 0; i < properties.length; i += 2) {
      all.add(Mqtt5UserProperty.of(properties[i], properties[i + 1]));
    }
    return Mqtt5Publish.builder()
        .topic(wires.options().topics() + topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(body.getBytes(StandardCharsets.UTF_8))
        .userProperties(Mqtt5UserProperties.of(all))
        .build();
  }

  @Test
  void a_plain_message_of_a_device_is_an_event() {
    send("a/b", "{\"order\":7}", "wrkr.id", "theirs", "shop", "north", "wrkr.parent", "no");

    ClaimedDelivery claimed = claim(relay, 1).get(0);

    assertThat(claimed.event().id()).isEqualTo("theirs");
    assertThat(claimed.event().name()).isEqualTo("a.b");
    assertThat(claimed.event().headers()).isEqualTo(Map.of("shop", "north"));
    assertThat(claimed.event().payload().isJson()).isTrue();
    assertThat(claimed.event().payload().text()).isEqualTo("{\"order\":7}");
  }

  @Test
  void a_message_that_can_be_no_event_is_a_dead_letter_with_its_bytes_and_the_queue_goes_on() {
    send("a/b", "not json");
    send("a//b", "{}");
    send("a/good", "{\"good\":1}");

    assertThat(claim(relay, 1)).extracting(each -> each.event().name()).containsExactly("a.good");

    List<DeliveryInfo> dead = relay.find(Query.all().state(DeliveryState.DEAD)).deliveries();
    assertThat(dead)
        .extracting(DeliveryInfo::payloadText)
        .containsExactlyInAnyOrder("not json", "{}");
    assertThat(dead).allMatch(info -> info.reason().orElse("").contains("foreign message"));
  }

  @Test
  void a_message_that_two_patterns_match_is_one_event_and_one_that_none_does_is_none() {
    relay.subscribe(new Subscription("q", "*.b"), false);
    relay.subscribe(new Subscription("q", "x.#.z"), false);
    send("x/y", "{}");
    send("a/b", "1");
    send("a/b", "1");
    send("x/y/z", "2");

    assertThat(ready(relay)).isEqualTo(3);

    assertThat(claim(relay, 3))
        .extracting(each -> each.event().name())
        .containsExactlyInAnyOrder("a.b", "a.b", "x.y.z");
  }

  @Test
  void what_was_retained_before_is_no_event() {
    wires.as(
        client -> {
          client.publish(message("n/old", "{}").extend().retain(true).build());
          return true;
        });

    relay.subscribe(new Subscription("q", "n.#"), false);
    send("n/new", "{}");

    assertThat(claim(relay, 1)).extracting(each -> each.event().name()).containsExactly("n.new");
    wires.as(
        client -> {
          client.publish(message("n/old", "").extend().retain(true).build());
          return true;
        });
  }

  @Test
  void another_program_reads_an_event_as_it_is_documented() {
    Mqtt5Publish got =
        wires.as(
            client -> {
              client.subscribeWith().topicFilter(wires.options().topics() + "#").send();
              try (Mqtt5BlockingClient.Mqtt5Publishes all =
                  client.publishes(MqttGlobalPublishFilter.ALL)) {
                relay.publish(
                    List.of(
                        new OutgoingEvent(
                            event("1", Map.of("shop", "north")), Due.NOW, LEASE, true)));
                return all.receive(20, TimeUnit.SECONDS).orElseThrow();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });

    assertThat(got.getTopic()).hasToString(wires.options().topics() + "a/b");
    assertThat(got.getContentType())
        .hasValueSatisfying(t -> assertThat(t).hasToString("application/json"));
    assertThat(new String(got.getPayloadAsBytes(), StandardCharsets.UTF_8)).isEqualTo("{\"x\":1}");
    assertThat(got.getUserProperties().asList())
        .extracting(each -> each.getName() + "=" + each.getValue())
        .contains("wrkr.id=1", "shop=north", "wrkr.mqtt.tid=t", "wrkr.mqtt.queue=q")
        .anyMatch(each -> each.startsWith("wrkr.mqtt.published=20"))
        .contains("wrkr.mqtt.window=" + LEASE.toMillis());
  }

  @Test
  void headers_that_mqtt_or_a_broker_has_no_place_for_come_back() {
    Map<String, String> odd =
        Map.of(
            "é 😀",
            "\u0000\u0001\u007f\u0085\ufffe",
            "k".repeat(300),
            "v",
            "",
            "empty",
            "wrkr.id",
            "no",
            "wrkr.mqtt.tid",
            "no",
            "long",
            "ü".repeat(20_000),
            "plain",
            "é 😀");
    relay.publish(List.of(new OutgoingEvent(event("1", odd), Due.NOW, LEASE, true)));

    ClaimedDelivery claimed = claim(relay, 1).get(0);

    assertThat(claimed.event().headers()).isEqualTo(odd);
    assertThat(claimed.event().id()).isEqualTo("1");
    assertThat(claimed.event().tid()).hasValue("t");
  }

  @Test
  void what_one_instance_receives_all_claim_and_count() {
    try (RelayBackend other = another()) {
      other.publish(fresh(0, 50));
      assertThat(ready(other)).as("counted where it is not received").isEqualTo(50);
      assertThat(ids(claim(other, 50))).hasSize(50).doesNotHaveDuplicates();

      relay.publish(fresh(50, 100));
      assertThat(ready(relay)).isEqualTo(50);
      assertThat(other.cancel(Query.all().eventId("e60"))).isEqualTo(1);
      assertThat(ids(claim(other, 49))).hasSize(49).doesNotContain("e60");
    }
  }

  @Test
  void what_an_instance_that_receives_nothing_subscribes_is_brought_at_once() {
    try (RelayBackend other = another()) {
      other.subscribe(new Subscription("q", "later.*"), false);
      send("later/1", "{}");
      assertThat(ready(other)).isEqualTo(1);

      other.unsubscribe(new Subscription("q", "later.*"));
      send("later/2", "{}");
      assertThat(ready(other)).isEqualTo(1);
    }
  }

  @Test
  void another_instance_goes_on_when_the_one_that_receives_leaves() {
    try (RelayBackend other = another()) {
      other.publish(fresh(0, 20));
      relay.close();
      other.publish(fresh(20, 40));

      assertThat(ready(other)).isEqualTo(40);
      assertThat(ids(claim(other, 40))).doesNotHaveDuplicates();
    } finally {
      relay = another();
    }
  }

  @Test
  void what_is_sent_while_no_instance_runs_waits_in_the_broker() {
    relay.close();
    for (int i = 0; i < 30; i++) {
      send("a/b", "" + i, "wrkr.id", "w" + i);
    }

    relay = another();

    assertThat(ready(relay)).isEqualTo(30);
    assertThat(ids(claim(relay, 30)))
        .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> "w" + i).toList());
  }

  @Test
  void a_connection_cut_between_the_store_and_the_ack_brings_no_event_twice() throws IOException {
    relay.close();
    Backend shared = MemoryBackend.sharing(stores);
    try (Tap tap = new Tap(Broker.port());
        RelayBackend cut =
            new RelayBackend(shared, new CuttingWire(wires.wire(shared, tap.port()), tap))) {
      cut.publish(List.of(fresh("1")));
      assertThat(ids(claim(cut, 1))).containsExactly("1");
      send("a/b", "{}", "wrkr.id", "2");

      assertThat(ids(claim(cut, 1))).containsExactly("2");
      assertThat(ready(cut)).isZero();
    } finally {
      relay = another();
    }
  }

  /** Cuts the line once, after the store has taken in, before the broker is told. */
  private static final class CuttingWire extends ForwardingWire {
    private final Tap tap;
    private boolean cut;

    CuttingWire(Wire target, Tap tap) {
      super(target);
      this.tap = tap;
    }

    @Override
    public int receive(String queue, int max, Consumer<List<Cargo>> intake) {
      return super.receive(
          queue,
          max,
          cargo -> {
            intake.accept(cargo);
            if (!cut) {
              cut = true;
              tap.mute();
              tap.cut();
            }
          });
    }
  }

  @Test
  void a_publish_whose_confirm_was_lost_is_unknown_and_repeated_makes_one_delivery()
      throws IOException {
    Backend shared = MemoryBackend.sharing(stores);
    try (Tap tap = new Tap(Broker.port());
        RelayBackend cut = new RelayBackend(shared, wires.wire(shared, tap.port()))) {
      cut.publish(List.of(fresh("first")));
      tap.deafen();
      CompletableFuture<Void> cutter =
          CompletableFuture.runAsync(
              () -> {
                while (ready(relay) < 2) {
                  Thread.onSpinWait();
                }
                tap.cut();
              });

      assertThatThrownBy(() -> cut.publish(List.of(fresh("1"))))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
      cutter.join();
      cut.publish(List.of(fresh("1")));

      assertThat(ready(relay)).isEqualTo(2);
      assertThat(ids(claim(relay, 2))).containsExactlyInAnyOrder("first", "1");
    }
  }

  @Test
  void two_buses_of_one_prefix_do_not_throw_each_other_out_in_a_loop() {
    relay.publish(List.of(fresh("1")));
    claim(relay, 1);

    try (RelayBackend stranger = wires.connect(MemoryBackend.create())) {
      stranger.subscribe(new Subscription("q", "a.#"), false);

      List<RelayBackend> buses = List.of(relay, stranger);
      int first = firstRefused(buses);
      send("a/b", "{}", "wrkr.id", "for the other");
      assertThat(ids(claim(buses.get(1 - first), 1))).containsExactly("for the other");
    }
  }

  /** Claims from both in turn until one says why it goes; a lost connection may fail it before. */
  private static int firstRefused(List<RelayBackend> buses) {
    BackendException last = null;
    for (int i = 0; i < MANY; i++) {
      try {
        buses.get(i % 2).claim(new ClaimRequest("q", 1, LEASE));
      } catch (BackendException e) {
        last = e;
        if (String.valueOf(e.getMessage()).contains("give each bus on a broker its own prefix")) {
          assertThat(e.outcome()).isEqualTo(Outcome.FAILED);
          return i % 2;
        }
      }
    }
    throw new AssertionError("Both buses go on", last);
  }

  @Test
  void a_queue_that_is_deleted_leaves_no_session_and_no_office() {
    relay.publish(List.of(fresh("1")));

    assertThat(relay.deleteQueue("q")).isTrue();

    assertThat(relay.deleteQueue("q")).isFalse();
    assertThat(store.subscriptions()).isEmpty();
    assertThat(store.stats()).isEmpty();
    send("a/b", "{}");
    relay.subscribe(new Subscription("q", "a.#"), false);
    assertThat(ready(relay)).isZero();
  }

  @Test
  void what_the_wire_keeps_in_the_store_is_not_shown_and_not_changed() {
    relay.publish(List.of(new OutgoingEvent(event("1", Map.of()), Due.NOW, LEASE)));

    assertThat(store.subscriptions()).hasSize(2);
    assertThat(relay.subscriptions()).containsExactly(new Subscription("q", "a.#"));
    assertThat(relay.find(Query.all().limit(1)).deliveries()).hasSize(1);
    assertThat(relay.stats()).extracting(QueueStats::queue).containsExactly("q");
    assertThat(relay.cancel(Query.all())).isEqualTo(1);
    assertThat(relay.find(Query.all()).deliveries()).isEmpty();
  }

  @Test
  void a_broker_that_is_not_there_is_said_at_once() {
    assertThatThrownBy(
            () -> MqttBackend.of("mqtt://u:s3cret-pw@127.0.0.1:1", MemoryBackend.create()))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FAILED))
        .hasMessageContaining("mqtt://127.0.0.1:1")
        .hasMessageNotContaining("s3cret-pw");
  }
}
