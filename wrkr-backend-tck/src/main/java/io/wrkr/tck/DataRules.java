package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is published comes back as it was. */
abstract class DataRules extends SpiScenario {
  private static final List<String> JSON =
      List.of(
          "null",
          "\"\"",
          "{}",
          "[]",
          "0",
          "true",
          "{\"a\":{\"b\":[1,{\"c\":[[[]]]}]}}",
          "9223372036854775807",
          "-9223372036854775808",
          "1.7976931348623157E308",
          "12345678901234567890.123456789012345678901234567890",
          "1.50",
          "\"2030-01-01T00:00:00.123456789Z\"",
          "\"Grüße, Ελλάδα, 日本, \uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDE80\"",
          "\"\\u0000 and \\ud83d\\ude00\"",
          "{ \"b\" : 1,\n\t\"a\" : 2 }",
          "{\"\":1,\"$where\":\"sleep(9000)\",\"a.b\":{\"$gt\":\"\"},\"_id\":\"$$ROOT\"}",
          "\"'; DROP TABLE deliveries; --\"");

  @Test
  @Rule("DATA-1")
  void json_comes_back_byte_for_byte() {
    subscribe("q", "a");
    List<Draft> events = JSON.stream().map(text -> event("a").json(text)).toList();

    publish(events);

    assertThat(claimAll("q"))
        .extracting(delivery -> delivery.event().payload().text())
        .containsExactlyElementsOf(JSON);
  }

  @Test
  @Rule("DATA-1")
  void bytes_of_another_media_type_come_back() {
    subscribe("q", "a");
    byte[] bytes = new byte[70_000];
    new Random(7).nextBytes(bytes);
    Payload noise = new Payload("application/x-noise; a=\"b\"", bytes);
    Payload empty = new Payload("application/octet-stream", new byte[0]);

    publish(event("a").payload(noise), event("a").payload(empty));

    assertThat(claimAll("q"))
        .extracting(delivery -> delivery.event().payload())
        .containsExactly(noise, empty);
  }

  @Test
  @Rule("PUB-10")
  void the_largest_payload_comes_back() {
    subscribe("q", "a");
    byte[] bytes = new byte[backend.capabilities().maxPayloadBytes()];
    Arrays.fill(bytes, (byte) 'x');
    bytes[0] = '"';
    bytes[bytes.length - 1] = '"';
    Payload payload = new Payload(Payload.JSON, bytes);

    publish(event("a").payload(payload));

    assertThat(claimOne("q").event().payload().equals(payload)).isTrue();
  }

  @Test
  @Rule("DATA-2")
  void headers_come_back() {
    subscribe("q", "a");
    Map<String, String> odd =
        Map.of(
            "$where", "sleep(9000)",
            "a.b", "$$ROOT",
            "", "empty key",
            "empty value", "",
            "wrkr.parent", "event-0",
            "Grüße \uD83D\uDE00", "\"quoted\"\\ \n\r\t \u0000 \u2028 'x'",
            "A", "upper",
            "a", "lower");

    publish(event("a").headers(odd), event("a").headers(Map.of()));

    assertThat(claimAll("q"))
        .extracting(delivery -> delivery.event().headers())
        .containsExactly(odd, Map.of());
  }

  @Test
  @Rule("DATA-2")
  void headers_of_64_kb_come_back() {
    subscribe("q", "a");
    Map<String, String> large = Map.of("large", "é".repeat(32 * 1024 - 10));

    publish(event("a").headers(large));

    assertThat(claimOne("q").event().headers()).isEqualTo(large);
  }

  @Test
  @Rule("DATA-3")
  void an_absent_tid_stays_absent() {
    subscribe("q", "a");

    publish(event("a"), event("a").tid("t"));

    assertThat(claimAll("q"))
        .extracting(delivery -> delivery.event().tid().orElse(null))
        .containsExactly(null, "t");
  }

  @Test
  @Needs(Capability.DELAY)
  @Rule("DATA-4")
  void the_instants_of_publish_and_due_are_kept_through_retries() {
    subscribe("q", "a");
    publish(event("a").delay(Duration.ofMinutes(1)));

    clock.advance(Duration.ofMinutes(2));
    retry(claimOne("q"), Duration.ofMinutes(3));
    clock.advance(Duration.ofMinutes(3));

    ClaimedDelivery delivery = claimOne("q");
    assertThat(delivery.publishedAt()).isEqualTo(clock.instant().minus(Duration.ofMinutes(5)));
    assertThat(delivery.due()).isEqualTo(clock.instant().minus(Duration.ofMinutes(4)));
  }

  @Test
  @Rule("DATA-1")
  void all_of_an_event_comes_back_after_a_lost_lease() {
    subscribe("q", "a.b");
    Draft event = event("a.b").tid("t").headers(Map.of("k", "v")).json("{\"text\":\"é\"}");
    publish(event);
    claimOne("q");

    clock.advance(LEASE);

    assertThat(claimOne("q").event()).isEqualTo(event.event());
  }

  @Test
  @Rule("DATA-1")
  void many_large_payloads_fit_into_one_claim() {
    subscribe("q", "a");
    String text = '"' + "x".repeat(200_000) + '"';
    for (int i = 0; i < 20; i++) {
      publish(event("a").json(text));
    }

    assertThat(claimAll("q"))
        .hasSize(20)
        .allSatisfy(
            delivery ->
                assertThat(delivery.event().payload().bytes())
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8)));
  }
}
