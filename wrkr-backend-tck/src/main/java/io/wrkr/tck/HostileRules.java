package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryInfo;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts that mean something elsewhere, and here only themselves. */
abstract class HostileRules extends SpiScenario {
  /** Printable, 1 to 255 bytes, no dots: fit for queues, tids, ids and segments of names. */
  static final List<String> TEXTS =
      List.of(
          "x",
          "X",
          "x ",
          " x",
          "é",
          "e\u0301",
          "e",
          "ß",
          "ss",
          "ı",
          "i",
          "I",
          "İ",
          "\uD83D\uDE00",
          "\uD83D\uDC69\u200D\uD83D\uDE80",
          "日本",
          "%",
          "_",
          "x%",
          "\\",
          "\\'",
          "'",
          "\"",
          "`",
          "'; DROP TABLE deliveries; --",
          "' OR '1'='1",
          "$where",
          "$$ROOT",
          "{\"$gt\":\"\"}",
          "${jndi:ldap://127.0.0.1/x}",
          "#",
          "+",
          "/",
          "$SYS/x",
          "**",
          "a*",
          "#a",
          "null",
          "NULL",
          "0",
          "-1",
          "NaN",
          "<svg onload=alert(1)>",
          "..%2f",
          "a:b",
          "1:1",
          "?",
          ":id",
          "{0}",
          "%s",
          "\u00A0",
          "x".repeat(255),
          "é".repeat(127),
          "\uD83D\uDE00".repeat(63));

  /** Those that are literal as a segment of a name or pattern. */
  private static List<String> segments() {
    return TEXTS.stream().filter(t -> !t.equals("#") && !t.contains(".")).toList();
  }

  @Test
  @Rule("SUB-8")
  void odd_names_match_themselves_only() {
    segments().forEach(name -> subscribe("all", name));
    for (String name : segments()) {
      subscribe("queue of " + name.hashCode(), name);
    }

    publish(segments().stream().map(name -> event(name)).toList());

    assertThat(claimAll("all"))
        .extracting(delivery -> delivery.event().name())
        .containsExactlyElementsOf(segments());
    assertThat(segments())
        .allSatisfy(
            name ->
                assertThat(claimAll("queue of " + name.hashCode()))
                    .extracting(delivery -> delivery.event().name())
                    .containsExactly(name));
  }

  @Test
  @Rule("SUB-8")
  void odd_queues_are_told_apart() {
    TEXTS.forEach(queue -> subscribe(queue, "a"));

    Receipt receipt = publish(event("a").id("1"));

    assertThat(receipt.queues()).containsExactlyInAnyOrderElementsOf(TEXTS);
    for (String queue : TEXTS) {
      ClaimedDelivery delivery = claimOne(queue);
      assertThat(delivery.lease().queue()).isEqualTo(queue);
      assertThat(ack(delivery)).isTrue();
    }
    TEXTS.forEach(this::assertNothingReady);
  }

  @Test
  @Rule("SUB-8")
  void odd_subscriptions_are_removed_one_by_one() {
    TEXTS.forEach(queue -> subscribe(queue, "a"));

    for (String queue : TEXTS) {
      assertThat(backend.unsubscribe(new Subscription(queue, "a"))).isTrue();
      assertThat(backend.subscriptions()).doesNotContain(new Subscription(queue, "a"));
    }

    assertThat(backend.subscriptions()).isEmpty();
  }

  @Test
  @Rule("FIND-3")
  void odd_ids_are_told_apart() {
    subscribe("q", "a");
    publish(TEXTS.stream().map(id -> event("a").id(id)).toList());
    assertThat(publish(TEXTS.stream().map(id -> event("a").id(id)).toList()))
        .allMatch(Receipt::duplicate);

    List<ClaimedDelivery> claimed = claimAll("q");

    assertThat(ids(claimed)).containsExactlyElementsOf(TEXTS);
    assertThat(backend.settle(claimed.stream().map(SpiScenario::ackOf).toList())).isEmpty();
    clock.advance(LEASE);
    assertNothingReady("q");
  }

  @Test
  @Needs(Capability.ORDER_BY_TID)
  @Rule("ORDER-2")
  void odd_tids_are_told_apart() {
    subscribeOrdered("q", "a");
    publish(TEXTS.stream().map(tid -> event("a").tid(tid)).toList());
    publish(TEXTS.stream().map(tid -> event("a").tid(tid)).toList());

    assertThat(claimAll("q"))
        .extracting(delivery -> delivery.event().tid().orElseThrow())
        .containsExactlyElementsOf(TEXTS);
  }

  @Test
  @Needs({Capability.FIND, Capability.CANCEL})
  @Rule("FIND-1")
  @Rule("FIND-2")
  void values_of_a_query_are_never_operators() {
    subscribe("q", "#");
    for (String text : segments()) {
      publish(event(text).id(text).tid(text).delay(Duration.ofDays(1)));
    }
    Inspector inspector = inspector();

    for (String text : segments()) {
      assertThat(find(Query.all().name(text))).as(text).hasSize(1);
      assertThat(find(Query.all().tid(text))).as(text).hasSize(1);
      assertThat(find(Query.all().eventId(text)))
          .extracting(DeliveryInfo::eventId)
          .containsExactly(text);
      assertThat(inspector.cancel(Query.all().queue("q").tid(text).name(text).eventId(text)))
          .as(text)
          .isEqualTo(1);
    }
    assertThat(find(Query.all())).isEmpty();
  }

  @Test
  @Needs(Capability.FIND)
  @Rule("FIND-1")
  void odd_queues_are_counted_paged_and_deleted_one_by_one() {
    TEXTS.forEach(queue -> subscribe(queue, "a"));
    publish(event("a").id("1"));

    assertThat(inspector().stats())
        .extracting(QueueStats::queue)
        .containsExactlyInAnyOrderElementsOf(TEXTS);
    for (String queue : TEXTS) {
      assertThat(find(Query.all().queue(queue)))
          .extracting(DeliveryInfo::queue)
          .containsExactly(queue);
    }
    TEXTS.forEach(queue -> assertThat(inspector().deleteQueue(queue)).as(queue).isTrue());
    assertThat(inspector().stats()).isEmpty();
  }

  @Test
  @Rule("RETRY-7")
  void odd_histories_and_reasons_are_only_text() {
    subscribe("q", "a");
    publish(events("a", "e", TEXTS.size()));
    List<ClaimedDelivery> claimed = claimAll("q");

    for (int i = 0; i < TEXTS.size(); i++) {
      settle(new Settlement.Retry(claimed.get(i).lease(), Duration.ZERO, TEXTS.get(i)));
    }

    assertThat(claimAll("q"))
        .extracting(ClaimedDelivery::history)
        .containsExactlyInAnyOrderElementsOf(TEXTS);
  }
}
