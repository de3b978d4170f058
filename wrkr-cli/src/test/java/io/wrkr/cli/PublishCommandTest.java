package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishCommandTest {
  private final Cli cli = Cli.onMemory();

  @BeforeEach
  void subscribe() {
    assertThat(cli.run("subscribe", "mail", "ourapp.user.*").code()).isZero();
  }

  @AfterEach
  void close() {
    cli.close();
  }

  @Test
  void shows_id_due_reading_and_queues() {
    Outcome outcome =
        cli.run("publish", "ourapp.user.added", "{}", "--id", "e1", "--when", "2030-07-01T09:00Z");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .isEqualTo(
            """
            id      e1
            due     Mon 2030-07-01 11:00:00.000 +02:00
                    2030-07-01T09:00:00.000Z
            read    "2030-07-01T09:00Z" = Mon 1 Jul 2030 11:00 Europe/Paris
            queues  mail
            """);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void gives_programs_one_object() {
    Outcome outcome =
        cli.run(
            "publish", "ourapp.user.added", "--id", "e1", "--when", "2030-07-01T09:00Z", "--json");

    assertThat(outcome.out())
        .startsWith("{\"id\":\"e1\",\"due\":\"2030-07-01T09:00:00.000Z\",\"read\":\"")
        .endsWith("\",\"queues\":[\"mail\"],\"duplicate\":false}\n");
  }

  @Test
  void says_how_an_interval_was_read() {
    Outcome outcome = cli.run("publish", "ourapp.user.added", "--when", "7 days");

    assertThat(outcome.out()).contains("read    7 days after ").contains("Europe/Paris");
  }

  @Test
  void says_clearly_that_nothing_was_stored_without_a_subscribed_queue() {
    Outcome outcome = cli.run("publish", "ourapp.order.placed");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).endsWith("queues  none\n");
    assertThat(outcome.err())
        .isEqualTo(
            "wrkr: no queue is subscribed to ourapp.order.placed, so nothing was stored; first:"
                + " wrkr subscribe QUEUE ourapp.order.placed\n");
  }

  @Test
  void says_that_an_id_was_published_before() {
    cli.run("publish", "ourapp.user.added", "--id", "e1");

    Outcome again = cli.run("publish", "ourapp.user.added", "--id", "e1");

    assertThat(again.code()).isZero();
    assertThat(again.err()).contains("published before: nothing was added");
    assertThat(cli.run("find", "--json").lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-5",
        "\"Ada\"",
        "1.10",
        "1E400",
        "123456789012345678901234567890.00000000000000000001",
        "[]",
        "{\"a\":[1,{\"b\":null}]}",
        "{\"emoji\":\"\uD83D\uDE80 Zoë\"}"
      })
  void keeps_every_value_and_every_digit(String json) {
    cli.run("publish", "ourapp.user.added", json);

    assertThat(cli.run("find", "--json").out()).contains("\"payload\":" + json + "}");
  }

  @Test
  void reads_the_payload_from_standard_input() {
    cli.input = "{\n  \"name\" : \"Ada Lovelace\"\n}\n";

    Outcome outcome = cli.run("publish", "ourapp.user.added", "-");

    assertThat(outcome.code()).isZero();
    assertThat(cli.run("find", "--json").out()).contains("\"payload\":{\"name\":\"Ada Lovelace\"}");
  }

  @Test
  void takes_headers_and_tid() {
    cli.run("publish", "ourapp.user.added", "--header", "a=1", "--header", "b=x=y", "--tid", "42");

    assertThat(cli.run("find", "--tid", "42", "--json").out())
        .contains("\"a\":\"1\"")
        .contains("\"b\":\"x=y\"");
  }
}
