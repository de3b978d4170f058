package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private final Topics topics = new Topics(MqttOptions.defaults());
  private final Topics bare = new Topics(new MqttOptions("wrkr", ""));

  @ParameterizedTest
  @CsvSource({
    "a, wrkr/e/a",
    "order.paid, wrkr/e/order/paid",
    "a/b.c+.#d, wrkr/e/a%2Fb/c%2B/%23d",
    "50%.$x, wrkr/e/50%25/$x",
    "v1%2E2.t, wrkr/e/v1.2/t",
    "%252E, wrkr/e/%25252E",
    "é😀 x.*y, wrkr/e/é😀 x/*y"
  })
  void a_name_is_a_topic_and_back(String name, String topic) {
    assertThat(topics.ofEvent(name)).isEqualTo(topic);
    assertThat(topics.name(topic)).isEqualTo(name);
  }

  @Test
  void a_topic_without_a_beginning_of_its_own_is_the_name_alone() {
    assertThat(bare.ofEvent("sensors.1")).isEqualTo("sensors/1");
    assertThat(bare.ofEvent("$SYS.x")).isEqualTo("%24SYS/x");
    assertThat(bare.name("%24SYS/x")).isEqualTo("$SYS.x");
    assertThat(bare.filters(List.of("#"))).containsExactly("#");
  }

  @Test
  void a_topic_that_can_be_no_name_becomes_one_that_is_refused() {
    assertThat(topics.name("wrkr/e/a//b")).isEqualTo("a..b");
    assertThat(topics.name("wrkr/e")).isEmpty();
    assertThat(topics.name("elsewhere")).isEmpty();
  }

  @Test
  void queues_that_differ_have_topics_and_sessions_that_do() {
    List<String> queues = List.of("a.b", "a/b", "a%2Fb", "a%2Eb", "a+b", "a#b", "ab");

    assertThat(queues).extracting(topics::questions).doesNotHaveDuplicates();
    assertThat(queues).extracting(topics::client).doesNotHaveDuplicates();
    assertThat(queues).extracting(topics::questions).noneMatch(topic -> topic.matches(".*[+#].*"));
  }

  @ParameterizedTest
  @CsvSource({
    "a.b, wrkr/e/a/b",
    "a.*, wrkr/e/a/+",
    "a.#, wrkr/e/a/#",
    "#, wrkr/e/#",
    "*.b.#, wrkr/e/+/b/#",
    "a.#.b, wrkr/e/a/#",
    "a.c+.*, wrkr/e/a/c%2B/+"
  })
  void a_pattern_is_a_filter_that_brings_all_of_it(String pattern, String filter) {
    assertThat(topics.filters(List.of(pattern))).containsExactly(filter);
  }

  @ParameterizedTest
  @CsvSource({
    "a.b, a.c, wrkr/e/a/b wrkr/e/a/c",
    "a.b, a.b.c, wrkr/e/a/b wrkr/e/a/b/c",
    "a.b, a.*, wrkr/e/a/+",
    "a.*, *.b, wrkr/e/+/+",
    "a.#, a, wrkr/e/a/#",
    "a.#, a.b.c, wrkr/e/a/#",
    "#, x.y, wrkr/e/#",
    "a.*.c, a.b.#, wrkr/e/a/+/#"
  })
  void filters_that_overlap_become_one(String one, String other, String filters) {
    assertThat(topics.filters(List.of(one, other))).containsExactly(filters.split(" "));
    assertThat(topics.filters(List.of(other, one))).containsExactlyInAnyOrder(filters.split(" "));
  }

  @Test
  void a_filter_that_joined_others_is_compared_anew() {
    assertThat(topics.filters(List.of("a.x", "b.b", "a.*", "*.b"))).containsExactly("wrkr/e/+/+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a+", "#", "$a", "a\nb"})
  void a_prefix_that_mqtt_cannot_have_is_refused(String prefix) {
    assertThatThrownBy(() -> new MqttOptions(prefix, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/+/", "#/", "$SYS/"})
  void topics_that_are_no_beginning_are_refused(String beginning) {
    assertThatThrownBy(() -> new MqttOptions("wrkr", beginning))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
