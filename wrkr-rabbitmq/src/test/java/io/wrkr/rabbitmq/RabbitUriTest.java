package io.wrkr.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitUriTest {
  @Test
  void every_part_is_read() {
    RabbitUri uri =
        RabbitUri.parse(
            "amqp://us%40er:p%2Fw+d@127.0.0.1:5673/a%2Fb?store=jdbc:postgresql://h/d%3Fuser=u%26x=1"
                + "&exchange=e&prefix=p.");

    assertThat(uri.factory().getUsername()).isEqualTo("us@er");
    assertThat(uri.factory().getPassword()).isEqualTo("p/w+d");
    assertThat(uri.factory().getPort()).isEqualTo(5673);
    assertThat(uri.factory().getVirtualHost()).isEqualTo("a/b");
    assertThat(uri.store()).isEqualTo("jdbc:postgresql://h/d?user=u&x=1");
    assertThat(uri.options()).isEqualTo(new RabbitOptions("e", "p."));
  }

  @Test
  void what_is_left_out_is_as_usual() {
    RabbitUri uri = RabbitUri.parse("amqp://localhost/?store=sqlite:wrkr.db");

    assertThat(uri.factory().getVirtualHost()).isEqualTo("/");
    assertThat(uri.factory().getPort()).isEqualTo(5672);
    assertThat(uri.factory().isSSL()).isFalse();
    assertThat(uri.options()).isEqualTo(RabbitOptions.defaults());
  }

  @Test
  void amqps_is_secure() {
    RabbitUri uri = RabbitUri.parse("amqps://localhost?store=memory:");

    assertThat(uri.factory().isSSL()).isTrue();
    assertThat(uri.factory().getPort()).isEqualTo(5671);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://u:s3cret@host/",
        "amqp://u:s3cret@host/?store=",
        "amqp://u:s3cret@/?store=memory:",
        "amqp://u:s3cret%zz@host/?store=memory:",
        "amqp://u:s3 cret@host/?store=memory:",
        "amqp://u:s3cret@host/?store=memory:&user=s3cret",
        "amqp://u:s3cret@host/?store=memory:&exchange=amq.topic"
      })
  void what_cannot_be_read_is_refused_without_the_password(String uri) {
    assertThatThrownBy(() -> RabbitUri.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("s3 cret");
  }
}
