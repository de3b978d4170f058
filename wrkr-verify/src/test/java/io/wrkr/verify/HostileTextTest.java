package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryInfo;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Text that is code elsewhere (SQL, LIKE patterns, BSON operators, field paths, log look-ups) is
 * text in every place where a store takes text: it comes back unchanged and finds only itself.
 */
class HostileTextTest {
  private static final List<String> TEXTS =
      List.of(
          "'; DROP TABLE wrkr_delivery; --",
          "x\"; DROP TABLE y; --",
          "`; DELETE FROM wrkr_event; #x",
          "' OR '1'='1",
          "%",
          "_",
          "\\",
          "\\'",
          "$$ROOT",
          "$payload",
          "$$NOW",
          "$where",
          "{\"$gt\":\"\"}",
          "{\"$ne\":null}",
          "${jndi:ldap://127.0.0.1/x}",
          "<svg onload=alert(1)>",
          "😀é",
          "null",
          "0",
          " ");

  @ParameterizedTest
  @EnumSource
  void text_is_never_code(StoreKind kind) {
    Optional<StoreServer> started = kind.start();
    if (started.isEmpty()) {
      System.out.println(kind + " " + kind.missing());
      Assumptions.abort(kind.missing());
    }
    try (StoreServer server = started.get();
        Backend backend = Stores.open(server.uri(1, 0))) {
      for (String text : TEXTS) {
        backend.subscribe(new Subscription("q" + text, "#"), false);
      }
      for (String text : TEXTS) {
        backend.publish(List.of(event(text)));
      }
      Inspector inspector = (Inspector) backend;
      for (String text : TEXTS) {
        Query here = Query.all().queue("q" + text).limit(100);
        assertThat(inspector.find(here).deliveries()).hasSize(TEXTS.size());
        assertThat(inspector.find(here.name(text)).deliveries())
            .singleElement()
            .satisfies(isOf(text));
        assertThat(inspector.find(here.tid(text)).deliveries())
            .singleElement()
            .satisfies(isOf(text));
        assertThat(inspector.find(here.eventId(text)).deliveries())
            .singleElement()
            .satisfies(isOf(text));
        assertThat(inspector.cancel(here.tid(text))).isEqualTo(1);

        List<ClaimedDelivery> claimed =
            backend.claim(new ClaimRequest("q" + text, 100, Duration.ofMinutes(1))).deliveries();

        assertThat(claimed).hasSize(TEXTS.size() - 1);
        for (ClaimedDelivery each : claimed) {
          assertThat(each.event()).isEqualTo(event(each.event().id()).event());
        }
        Settlement dead = new Settlement.DeadLetter(claimed.get(0).lease(), text);
        assertThat(backend.settle(List.of(dead))).isEmpty();
        assertThat(inspector.find(here.state(io.wrkr.DeliveryState.DEAD)).deliveries())
            .singleElement()
            .satisfies(found -> assertThat(found.reason()).contains(text));
      }
    }
  }

  private static java.util.function.Consumer<DeliveryInfo> isOf(String text) {
    return found -> {
      assertThat(found.eventId()).isEqualTo(text);
      assertThat(found.name()).isEqualTo(text);
      assertThat(found.tid()).contains(text);
    };
  }

  private static OutgoingEvent event(String text) {
    String json = "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    Payload payload = new Payload(Payload.JSON, json.getBytes(StandardCharsets.UTF_8));
    StoredEvent event =
        new StoredEvent(text, text, Optional.of(text), payload, Map.of("k" + text, text));
    return new OutgoingEvent(event, Due.NOW, Duration.ofHours(1));
  }
}
