package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.RetryPolicy;
import io.wrkr.cli.Cli.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables for people, lines for programs. */
class LookingTest {
  private static final Instant DUE = Instant.parse("2030-01-02T03:04:05.678Z");

  private final Cli cli = Cli.onMemory();

  @BeforeEach
  void publish() {
    cli.run("subscribe", "mail", "a.*", "b.#");
    cli.run("subscribe", "audit", "#");
    cli.bus().publish(Event.of("a.one").id("e1").tid("42").due(DUE));
  }

  @AfterEach
  void close() {
    cli.close();
  }

  @Test
  void subscriptions_are_a_table() {
    assertThat(cli.run("subscriptions").out())
        .isEqualTo(
            """
            QUEUE  PATTERN
            audit  #
            mail   a.*
            mail   b.#
            """);
  }

  @Test
  void subscriptions_are_json_lines() {
    assertThat(cli.run("subscriptions", "--json").lines())
        .containsExactly(
            "{\"queue\":\"audit\",\"pattern\":\"#\"}",
            "{\"queue\":\"mail\",\"pattern\":\"a.*\"}",
            "{\"queue\":\"mail\",\"pattern\":\"b.#\"}");
  }

  @Test
  void queues_are_a_table() {
    assertThat(cli.run("queues").out())
        .isEqualTo(
            """
            QUEUE  READY  SCHEDULED  LEASED  DEAD  OLDEST
            audit      0          1       0     0       -
            mail       0          1       0     0       -
            """);
  }

  @Test
  void queues_are_json_lines() {
    assertThat(cli.run("queues", "--json").lines())
        .contains(
            "{\"queue\":\"mail\",\"ready\":0,\"scheduled\":1,\"leased\":0,\"dead\":0,"
                + "\"oldestReadyMs\":0}");
  }

  @Test
  void deliveries_are_a_table() {
    assertThat(cli.run("find", "--queue", "mail").out())
        .isEqualTo(
            """
            STATE      DUE                                 QUEUE  NAME   TID  ATTEMPTS  ID  REASON
            scheduled  Wed 2030-01-02 04:04:05.678 +01:00  mail   a.one  42          0  e1
            """);
  }

  @Test
  void deliveries_are_json_lines() {
    assertThat(cli.run("find", "--queue", "mail", "--json").out())
        .startsWith(
            "{\"id\":\"e1\",\"name\":\"a.one\",\"tid\":\"42\",\"queue\":\"mail\","
                + "\"state\":\"scheduled\",\"due\":\"2030-01-02T03:04:05.678Z\",\"attempts\":0,"
                + "\"publishedAt\":\"")
        .endsWith("Z\",\"reason\":null,\"headers\":{},\"payload\":null}\n");
  }

  @Test
  void headings_are_bold_on_a_terminal_unless_unwanted() {
    cli.terminal = true;
    assertThat(cli.run("queues").out()).startsWith("\u001b[1mQUEUE");

    cli.environment.put("NO_COLOR", "1");
    assertThat(cli.run("queues").out()).startsWith("QUEUE");
  }

  @Test
  void filters_hold_together() {
    cli.bus().publish(Event.of("b.two").tid("43"));

    assertThat(cli.run("find", "--tid", "43", "--queue", "mail", "--json").lines()).hasSize(1);
    assertThat(cli.run("find", "--state", "READY", "--json").lines()).hasSize(2);
    assertThat(cli.run("find", "--name", "b.two", "--tid", "42").code())
        .isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(cli.run("find", "--id", "e1", "--json").lines()).hasSize(2);
  }

  @Test
  void a_table_is_cut_and_says_so_while_lines_go_on() {
    for (int i = 0; i < 1500; i++) {
      cli.bus().publish(Event.of("b.many").due(DUE));
    }

    Outcome table = cli.run("find");
    assertThat(table.lines()).hasSize(101);
    assertThat(table.err()).contains("there are more");
    assertThat(cli.run("find", "--limit", "5").lines()).hasSize(6);
    assertThat(cli.run("find", "--json").lines()).hasSize(3002);
  }

  @Test
  void repairs_change_what_they_say() {
    assertThat(cli.run("reschedule", "--tid", "42", "--when", "2031-01-01T00:00Z", "--yes").out())
        .isEqualTo("2 deliveries rescheduled\n");
    assertThat(cli.run("find", "--json").out()).contains("2031-01-01T00:00:00.000Z");
    assertThat(cli.run("cancel", "--queue", "mail", "--yes", "--json").out())
        .isEqualTo("{\"cancelled\":1}\n");
    assertThat(cli.run("cancel", "--all", "--yes").out()).isEqualTo("1 delivery cancelled\n");
    assertThat(cli.run("find").code()).isEqualTo(ExitCode.NOTHING_FOUND);
  }

  @Test
  void a_repair_asks_first_on_a_terminal() {
    cli.terminal = true;
    cli.environment.put("NO_COLOR", "1");

    cli.input = "\n";
    Outcome no = cli.run("cancel", "--queue", "mail");
    assertThat(no.err()).contains("cancel 1 scheduled? [y/N]").contains("nothing was cancelled");
    assertThat(no.code()).isEqualTo(ExitCode.FAILURE);

    cli.input = "y\n";
    assertThat(cli.run("cancel", "--queue", "mail").out()).isEqualTo("1 delivery cancelled\n");
  }

  @Test
  void dead_letters_show_their_reason_and_are_redriven_or_discarded() throws Exception {
    cli.bus().queue("audit").retry(RetryPolicy.none()).on("dead.#", delivery -> fail());
    cli.bus().start();
    cli.bus().publish(Event.of("dead.letter").id("d1"));
    Await.until("it is dead", () -> cli.bus().admin().queue("audit").dead() == 1);
    cli.bus().stop(Duration.ofSeconds(5));

    assertThat(cli.run("find", "--state", "dead").out()).contains("gave up").contains("d1");
    assertThat(cli.run("redrive", "--queue", "audit", "--yes").out())
        .isEqualTo("1 delivery redriven\n");
    assertThat(cli.run("discard", "--queue", "audit", "--yes").code())
        .isEqualTo(ExitCode.NOTHING_FOUND);
  }

  private static void fail() {
    throw new IllegalStateException("bad \u001b[31m luck");
  }

  @Test
  void unsubscribing_removes_one_pattern() {
    assertThat(cli.run("unsubscribe", "mail", "b.#").code()).isZero();

    assertThat(cli.run("subscriptions", "--json").lines()).hasSize(2);
  }
}
