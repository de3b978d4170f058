package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.PayloadException;
import io.wrkr.Query;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payloads, headers and lineage from publisher to handler. */
@SuppressWarnings("NullAway.Init") // start() comes before every test
abstract class BusDataRules extends BusScenario {
  private Wrkr bus;

  /** A payload of an application's own. */
  public record Order(
      long id, double weight, BigDecimal price, Instant at, String note, List<Order> parts) {}

  @BeforeEach
  void start() {
    bus = open();
    bus.queue("q").on("#", noting());
    bus.start();
  }

  private Delivery through(Event event) {
    bus.publish(event);
    return next();
  }

  @Test
  @Rule("DATA-1")
  void payloads_come_back_equal() {
    Order part =
        new Order(
            Long.MIN_VALUE,
            Double.MIN_VALUE,
            new BigDecimal("12345678901234567890.1234567890"),
            Instant.parse("2030-01-01T00:00:00.123456789Z"),
            "\u0000 \uD83D\uDE00 \u2028 \"' é e\u0301",
            List.of());
    Order order =
        new Order(Long.MAX_VALUE, 0.1, new BigDecimal("1.50"), Instant.EPOCH, "", List.of(part));

    assertThat(through(Event.of("a").payload(order)).payload(Order.class)).isEqualTo(order);
    assertThat(through(Event.of("a").payload("")).payload(String.class)).isEmpty();
    assertThat(through(Event.of("a").payload(7L)).payload(Long.class)).isEqualTo(7L);
    byte[] bytes = {0, 1, -1, 127, -128};
    assertThat(through(Event.of("a").payload(bytes)).payload(byte[].class)).isEqualTo(bytes);
  }

  @Test
  @Rule("DATA-1")
  @Rule("PUB-10")
  void null_empty_and_missing_differ() {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("null", null);
    payload.put("empty", "");

    Map<?, ?> back = through(Event.of("a").payload(payload)).payload(Map.class);

    assertThat(back).isEqualTo(payload);
    assertThat(through(Event.of("a").payload((Object) null)).<Object>payload(Object.class))
        .isNull();
    assertThat(through(Event.of("a")).<Object>payload(Object.class)).isNull();
  }

  @Test
  @Rule("DATA-2")
  void headers_come_back_with_odd_keys() {
    Event event =
        Event.of("a")
            .header("$where", "1")
            .header("a.b", "$$ROOT")
            .header("", "")
            .header("é", "\n");

    assertThat(through(event).event().headers()).isEqualTo(event.headers());
  }

  @Test
  @Rule("DATA-3")
  void what_a_handler_publishes_has_parent_and_correlation() {
    bus.queue("chain")
        .on("first", delivery -> bus.publish(Event.of("second").id("2")))
        .on("second", delivery -> delivery.followUp(Event.of("third").id("3")));
    bus.publish(Event.of("first").id("1"));

    List<String> lineage = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Event event = next().event();
      lineage.add(
          event.id().orElse("?")
              + " of "
              + event.parent().orElse("nobody")
              + " in "
              + event.correlation().orElse("nothing"));
      assertThat(event.tid()).isEmpty();
    }

    assertThat(lineage)
        .containsExactlyInAnyOrder("1 of nobody in nothing", "2 of 1 in 1", "3 of 2 in 1");
  }

  @Test
  @Rule("DATA-5")
  void changing_a_payload_after_publish_changes_no_delivery() {
    List<String> payload = new ArrayList<>(List.of("before"));
    bus.queue("q").pause();
    bus.publish(Event.of("a").payload(payload));

    payload.set(0, "after");
    bus.queue("q").resume();

    assertThat(next().<Object>payload(Object.class)).isEqualTo(List.of("before"));
  }

  @Test
  @Needs({Capability.FIND, Capability.DEAD_LETTERS})
  @Rule("DATA-7")
  void a_payload_that_does_not_fit_is_dead_lettered_and_the_queue_goes_on() {
    bus.queue("q").pause(); // it would be told of the same events
    bus.queue("typed")
        .concurrency(1)
        .on("t", Order.class, (order, delivery) -> handled.add(delivery));
    bus.publish(Event.of("t").id("bad").payload("no order"));
    bus.publish(
        Event.of("t")
            .id("good")
            .payload(new Order(1, 1, BigDecimal.ONE, Instant.EPOCH, "", List.of())));

    // In any order: a store may pass over a row that it is busy with.
    awaitTold("DEAD_LETTERED bad", "ACKED good");
    assertThat(bus.admin().queue("typed").dead()).isEqualTo(1);
  }

  @Test
  @Needs(Capability.FIND)
  @Rule("PUB-10")
  @Rule("PUB-8")
  void one_payload_over_the_limit_refuses_the_whole_call_before_any_write() {
    byte[] bytes = new byte[backend.capabilities().maxPayloadBytes()];
    Arrays.fill(bytes, (byte) 'x');
    bus.queue("q").pause();

    assertThatThrownBy(
            () ->
                bus.publish(
                    List.of(
                        Event.of("a"),
                        Event.of("a")
                            .payload(
                                new String(bytes, java.nio.charset.StandardCharsets.US_ASCII)))))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(() -> bus.publish(List.of(Event.of("a"), Event.of("a").payload(nested(65)))))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(() -> bus.publish(List.of(Event.of("a"), Event.of("a").payload(endless()))))
        .isInstanceOf(PayloadException.class);
    assertThatThrownBy(
            () ->
                bus.publish(List.of(Event.of("a"), Event.of("a").header("k", "x".repeat(70_000)))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(bus.admin().find(Query.all()).deliveries()).isEmpty();
  }

  private static Object nested(int depth) {
    Object payload = List.of();
    for (int i = 1; i < depth; i++) {
      payload = List.of(payload);
    }
    return payload;
  }

  private static Object endless() {
    List<Object> payload = new ArrayList<>();
    payload.add(payload);
    return payload;
  }

  @Test
  @Rule("PUB-10")
  void a_payload_of_64_levels_passes() {
    assertThat(through(Event.of("a").payload(nested(64))).<Object>payload(Object.class))
        .isEqualTo(nested(64));
  }

  @Test
  @Rule("PUB-4")
  void a_constant_published_twice_is_two_events() {
    Event constant = Event.of("a");

    List<String> ids = bus.publish(List.of(constant, constant)).stream().map(r -> r.id()).toList();

    assertThat(ids).doesNotHaveDuplicates().isSorted();
    assertThat(nextIds(2)).containsExactlyInAnyOrderElementsOf(ids);
  }
}
