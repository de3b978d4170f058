package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttUriTest {
  @Test
  void every_part_is_read() {
    MqttUri uri =
        MqttUri.parse(
            "mqtts://us%40er:p%2Fw+d@[::1]:8884/?store=jdbc:postgresql://h/d%3Fuser=u%26x=1"
                + "&prefix=shop&topics=devices/");

    assertThat(uri.server().scheme()).isEqualTo("mqtts");
    assertThat(uri.server().host()).isEqualTo("::1");
    assertThat(uri.server().port()).hasValue(8884);
    assertThat(uri.server().user()).hasValue("us@er");
    assertThat(uri.server().password()).hasValue("p/w+d");
    assertThat(uri.server().store()).isEqualTo("jdbc:postgresql://h/d?user=u&x=1");
    assertThat(uri.options()).isEqualTo(new MqttOptions("shop", "devices/"));
  }

  @Test
  void what_is_left_out_is_as_usual() {
    MqttUri uri = MqttUri.parse("mqtt://localhost?store=sqlite:wrkr.db");

    assertThat(uri.server().port()).isEmpty();
    assertThat(uri.server().user()).isEmpty();
    assertThat(uri.options()).isEqualTo(MqttOptions.defaults());
  }

  @Test
  void the_topics_of_events_follow_the_prefix_unless_they_are_given() {
    assertThat(MqttUri.parse("mqtt://h?store=memory:&prefix=shop").options())
        .isEqualTo(new MqttOptions("shop", "shop/e/"));
    assertThat(MqttUri.parse("mqtt://h?store=memory:&topics=").options())
        .isEqualTo(new MqttOptions("wrkr", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt://u:s3cret@host/",
        "mqtt://u:s3cret@host/?store=",
        "mqtt://u:s3cret@/?store=memory:",
        "mqtt://u:s3cret%zz@host/?store=memory:",
        "mqtt://u:s3 cret@host/?store=memory:",
        "mqtt://u:s3cret@host/?store=memory:&user=s3cret",
        "mqtt://u:s3cret@host/path?store=memory:",
        "mqtt://u:s3cret@host/?store=memory:&prefix=a/b",
        "amqp://u:s3cret@host/?store=memory:"
      })
  void what_cannot_be_read_is_refused_without_the_password(String uri) {
    assertThatThrownBy(() -> MqttUri.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("s3 cret");
  }
}
