package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

  @Test
  void setters_return_new_events_and_leave_the_old_one() {
    Event event = Event.of("a");

    Event changed = event.id("1").tid("t").header("k", "v").payload(7);

    assertThat(event.id()).isEmpty();
    assertThat(event.headers()).isEmpty();
    assertThat(changed.id()).contains("1");
    assertThat(changed.tid()).contains("t");
    assertThat(changed.headers()).isEqualTo(Map.of("k", "v"));
    assertThat(changed.payload(Integer.class)).isEqualTo(7);
  }

  @Test
  void payload_null_is_no_payload_and_goes_on_as_an_event() {
    Event event = Event.of("a").payload("x");

    Event without = event.payload(null);

    assertThat(without.name()).isEqualTo("a");
    assertThat(without.payload(String.class)).isNull();
  }

  @Test
  void payload_of_another_type_is_converted() {
    assertThat(Event.of("a").payload(Map.of("x", 1)).payload(Point.class)).isEqualTo(new Point(1));
    assertThatThrownBy(() -> Event.of("a").payload("text").payload(Point.class))
        .isInstanceOf(PayloadException.class);
  }

  record Point(int x) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "ourapp.user.added",
        "a b",
        "Größe.😀",
        "a#.b",
        "a*.b",
        "$where",
        "a+b/c",
        "'; drop table x"
      })
  void printable_names_are_allowed(String name) {
    assertThat(Event.of(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "a.",
        "*",
        "a.*",
        "#",
        "a.#.b",
        "a\nb",
        "a\u0000b",
        "\u202ea",
        "\ud800",
        "$wrkr.x"
      })
  void other_names_are_refused_with_the_value_escaped(String name) {
    assertThatThrownBy(() -> Event.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("\n", "\u0000", "\u202e");
  }

  @Test
  void name_may_have_255_bytes_and_no_more() {
    assertThat(Event.of("x".repeat(255)).name()).hasSize(255);
    assertThatThrownBy(() -> Event.of("x".repeat(256))).hasMessageContaining("255 bytes");
    assertThatThrownBy(() -> Event.of("é".repeat(128))).hasMessageContaining("255 bytes");
    assertThatThrownBy(() -> Event.of("x".repeat(1_000_000)))
        .message()
        .satisfies(text -> assertThat(text.length()).isLessThan(300));
  }

  @Test
  void reserved_and_malformed_headers_are_refused() {
    assertThatThrownBy(() -> Event.of("a").header("wrkr.parent", "x"))
        .hasMessageContaining("wrkr.");
    assertThatThrownBy(() -> Event.of("a").header("k", "\ud800")).hasMessageContaining("surrogate");
  }

  @Test
  void negative_delay_is_refused_where_it_is_set() {
    assertThatThrownBy(() -> Event.of("a").delay(Duration.ofSeconds(-1)))
        .hasMessageContaining("PT-1S");
  }

  @Test
  void text_shows_no_payload() {
    assertThat(Event.of("a").id("1").payload("secret").toString()).doesNotContain("secret");
  }
}
