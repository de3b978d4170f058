package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void what_a_terminal_might_obey_is_escaped() {
    assertThat(Text.shown("a\u001b[31mb\nc\u0007\u007f\u009b\u202ed"))
        .isEqualTo("a\\u001b[31mb\\nc\\u0007\\u007f\\u009b\\u202ed");
    assertThat(Text.shown("Zoë \uD83D\uDE80")).isEqualTo("Zoë \uD83D\uDE80");
    assertThat(Text.shown("\uD83D!\uDE80")).isEqualTo("\\ud83d!\\ude80");
  }

  @Test
  void long_text_is_shortened_between_characters() {
    assertThat(Text.shortened("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Text.shortened("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(Text.shortened("abcd\uD83D\uDE80fg", 6)).isEqualTo("abcd…");
  }

  @Test
  void an_object_is_one_line_of_valid_json() {
    String json =
        new JsonObject()
            .put("s", "a\"b\\c\n\u001b\u009b\uD83D")
            .put("none", (String) null)
            .put("n", 1L)
            .put("b", true)
            .put("m", Map.of("k", "v"))
            .raw("r", "[1]")
            .toString();

    assertThat(json)
        .isEqualTo(
            "{\"s\":\"a\\\"b\\\\c\\n\\u001b\\u009b\\ud83d\",\"none\":null,\"n\":1,\"b\":true,"
                + "\"m\":{\"k\":\"v\"},\"r\":[1]}");
    Json.check(json);
  }

  @Test
  void json_is_compacted_without_touching_strings_and_numbers() {
    String json = "{ \"a b\" : [ 1.50 , -0e+1 ,\n\"\\\\\\\" x\u009b\" ] }";

    assertThat(Json.compact(json)).isEqualTo("{\"a b\":[1.50,-0e+1,\"\\\\\\\" x\\u009b\"]}");
  }

  @Test
  void instants_are_rounded_up_to_milliseconds() {
    Instant instant = Instant.parse("2026-03-29T00:59:59.999000001Z");

    assertThat(Times.utc(instant)).isEqualTo("2026-03-29T01:00:00.000Z");
    assertThat(Times.local(instant, ZoneId.of("Europe/Paris")))
        .isEqualTo("Sun 2026-03-29 03:00:00.000 +02:00");
  }

  @Test
  void lengths_are_read_at_a_glance() {
    assertThat(Times.length(Duration.ofMillis(250))).isEqualTo("250 ms");
    assertThat(Times.length(Duration.ofMillis(12_560))).isEqualTo("12.5 s");
    assertThat(Times.length(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(Times.length(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    assertThat(Times.length(Duration.ofHours(52))).isEqualTo("2 d 4 h");
  }

  @Test
  void the_tail_keeps_the_end() {
    Tail tail = new Tail();
    byte[] bytes =
        ("x".repeat(500) + "\nthe end\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    tail.add(bytes, bytes.length);

    assertThat(tail.text()).startsWith("…xxx").endsWith("x | the end");
  }

  @Test
  void passwords_of_uris_are_left_out_wherever_they_are() {
    assertThat(
            List.of(
                Text.withoutPasswords("Unmatched: 'mongodb://u:S3cr3t-canary@h/d', 'x'"),
                Text.withoutPasswords("jdbc:mariadb://h/d?user=u&password=S3cr3t-canary&a=b"),
                Text.withoutPasswords("the id x:y@2026-01-01T00:00:00Z")))
        .containsExactly(
            "Unmatched: 'mongodb://u:…@h/d', 'x'",
            "jdbc:mariadb://h/d?user=u&password=…&a=b",
            "the id x:y@2026-01-01T00:00:00Z");
  }
}
