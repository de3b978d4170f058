package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "publish",
        "subscribe",
        "unsubscribe",
        "listen",
        "queues",
        "find",
        "subscriptions",
        "cancel",
        "redrive",
        "discard",
        "reschedule",
        "when",
        "replay",
        "chain",
        "repeat",
        "repeats",
        "bench",
        "schema",
        "doctor",
        "import-dbwrkr"
      })
  void every_command_explains_itself_with_examples(String command) {
    Outcome outcome = Cli.runAlone(command, "--help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .startsWith("Usage: wrkr " + command + " ")
        .contains("--bus=URI", "--help", "\nExamples:\n");
    assertThat(outcome.out().substring(outcome.out().indexOf("Examples:")))
        .contains("wrkr " + command);
    assertThat(Cli.runAlone("help", command)).isEqualTo(outcome);
    assertThat(Cli.runAlone("--help").out()).contains("\n  " + command + " ");
    assertThat(outcome.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
  }

  @Test
  void without_a_command_the_usage_goes_to_standard_error() {
    Outcome outcome = Cli.runAlone();

    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("Usage: wrkr");
  }

  @Test
  void the_version_is_one_line() {
    assertThat(Cli.runAlone("--version").out()).matches("wrkr .* on Java \\d+\n");
  }

  @Test
  void the_bus_is_chosen_before_or_after_the_command() {
    assertThat(Cli.runAlone("--bus", "memory:", "publish", "a").code()).isZero();
    assertThat(Cli.runAlone("publish", "--bus", "memory:", "a").code()).isZero();
    assertThat(Cli.runAlone("--bus", "redis:", "publish", "a").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void a_phrase_is_shown_as_it_is_read() {
    assertThat(Cli.runAlone("when", "2030-07-01T09:00Z").out())
        .startsWith("read    \"2030-07-01T09:00Z\" = ")
        .endsWith("        2030-07-01T09:00:00.000Z\n");
    assertThat(Cli.runAlone("when", "--json", "2030-07-01T09:00Z").out())
        .startsWith("{\"due\":\"2030-07-01T09:00:00.000Z\",\"local\":\"");
    assertThat(Cli.runAlone("when", "next", "friday", "9am").code()).isZero();
  }
}
