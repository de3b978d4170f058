package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that people and programs may get wrong: refused, explained, nothing stored. */
class BadInputTest {
  private static final String HUGE = "x".repeat(100_000);

  private final Cli cli = Cli.onMemory();

  @AfterEach
  void close() {
    cli.close();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("NAME", "publish"),
        refusal("is not on MongoDB", "import-dbwrkr", "mongodb://localhost/old"),
        refusal("'a..b' has an empty segment", "publish", "a..b"),
        refusal("pattern segment '*'", "publish", "a.*"),
        refusal("event name is missing", "publish", ""),
        refusal("longer than 255 bytes", "publish", HUGE),
        refusal("has U+001B at position 2", "publish", "a\u001b[31m"),
        refusal("line 1, column 1", "publish", "a", "nonsense"),
        refusal("line 1, column 7", "publish", "a", "{\"n\":1"),
        refusal("line 1, column 3: something follows", "publish", "a", "{} {}"),
        refusal("the payload is empty", "publish", "a", ""),
        refusal("the payload is empty", "publish", "a", "-"),
        refusal("not JSON", "publish", "a", "{'n':1}"),
        refusal("not JSON", "publish", "a", "[1,]"),
        refusal("not JSON", "publish", "a", "NaN"),
        refusal("not JSON", "publish", "a", "[".repeat(5000) + "]".repeat(5000)),
        refusal("Unmatched argument", "publish", "a", "1", "2"),
        refusal("Cannot read \"soon\"", "publish", "a", "--when", "soon"),
        refusal("past", "publish", "a", "--when", "2001-01-01T00:00Z"),
        refusal("Cannot read", "publish", "a", "--when", HUGE),
        refusal("tid is missing", "publish", "a", "--tid", ""),
        refusal("event id 'xxx", "publish", "a", "--id", HUGE),
        refusal("K=V", "publish", "a", "--header", "novalue"),
        refusal("blah", "when", "blah"),
        refusal("PHRASE", "when"),
        refusal("PATTERN", "subscribe", "q"),
        refusal("queue name is missing", "subscribe", "", "a"),
        refusal("The pattern 'a..b'", "subscribe", "q", "a..b"),
        refusal("The pattern", "listen", "q", ".a"),
        refusal("--count 0 is below 1", "listen", "q", "a", "--count", "0"),
        refusal("--count", "listen", "q", "a", "--count", "many"),
        refusal("The concurrency 0", "listen", "q", "a", "--concurrency", "0"),
        refusal("--lease needs a length", "listen", "q", "a", "--lease", "tomorrow 9am"),
        refusal("'lost' is no state", "find", "--state", "lost"),
        refusal("--limit 0 is below 1", "find", "--limit", "0"),
        refusal("cancel what? Give --queue", "cancel", "--yes"),
        refusal("add --yes", "cancel", "--all"),
        refusal("--when", "reschedule", "--all", "--yes"),
        refusal("Cannot read", "reschedule", "--all", "--yes", "--when", "soon"),
        refusal("--seconds 0 is outside", "demo", "--seconds", "0"),
        refusal("--events 0 is outside", "bench", "--events", "0"),
        refusal("--payload 16000000 is outside", "bench", "--payload", "16000000"),
        refusal("Unmatched argument at index 0: 'pubish'", "pubish"),
        refusal("Unknown option: '--colour'", "--colour"),
        refusal("No backend for the URI scheme 'redis:'", "publish", "a", "--bus", "redis:x"),
        refusal("A URI for MQTT needs a store", "publish", "a", "--bus", "mqtt://u:secret@h"),
        refusal("A URI for RabbitMQ needs a store", "publish", "a", "--bus", "amqp://u:secret@h/d"),
        refusal("No backend for the URI scheme ''", "publish", "a", "--bus", "nonsense"));
  }

  private static Arguments refusal(String words, String... args) {
    return Arguments.of(words, List.of(args));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void wrong_use_is_refused_with_the_reason(String words, List<String> args) {
    cli.run("subscribe", "everything", "#");

    Outcome outcome = cli.run(args.stream());

    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "secret");
    assertThat(outcome.err().length()).isLessThan(1000);
    assertThat(outcome.err().chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
    assertThat(outcome.out()).isEmpty();
    assertThat(cli.run("find").code()).isEqualTo(ExitCode.NOTHING_FOUND);
  }

  @Test
  void nothing_found_has_a_code_of_its_own() {
    assertThat(List.of("find", "queues", "subscriptions"))
        .allSatisfy(
            command -> {
              Outcome outcome = cli.run(command);
              assertThat(outcome.code()).isEqualTo(ExitCode.NOTHING_FOUND);
              assertThat(outcome.out()).isEmpty();
              assertThat(outcome.err()).startsWith("wrkr: ");
            });
    assertThat(cli.run("unsubscribe", "q", "a").code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(cli.run("listen", "unknown").err()).contains("give a pattern");
    assertThat(cli.run("listen", "unknown").code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(cli.run("cancel", "--all", "--yes").code()).isEqualTo(ExitCode.NOTHING_FOUND);
  }

  @Test
  void a_payload_over_the_limit_is_refused() {
    cli.input = "\"" + "x".repeat(15_500_000) + "\"";
    cli.run("subscribe", "everything", "#");

    Outcome outcome = cli.run("publish", "a", "-");

    assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("bytes, over").hasSizeLessThan(500);
  }

  @Test
  void input_without_end_is_refused() {
    cli.input = "[" + " ".repeat(16_000_001);

    assertThat(cli.run("publish", "a", "-").err()).contains("over 16 MB");
  }

  @Test
  void a_stack_trace_is_shown_only_on_demand() {
    assertThat(cli.run("when", "blah").err()).doesNotContain("WhenParseException");
    assertThat(cli.run("when", "blah", "-v").err()).contains("WhenParseException");
  }
}
