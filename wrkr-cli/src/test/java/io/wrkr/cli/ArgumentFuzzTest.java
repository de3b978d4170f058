package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import io.wrkr.cli.Cli.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arguments by chance: always an exit code and a message, never a stack trace, never a hang. */
class ArgumentFuzzTest {
  private static final int RUNS = Integer.getInteger("wrkr.cli.fuzz", 2_000);
  private static final int LONGEST_MESSAGE = 1_500;
  private static final Set<Integer> CODES =
      Set.of(
          ExitCode.OK,
          ExitCode.FAILURE,
          ExitCode.USAGE,
          ExitCode.NOTHING_FOUND,
          ExitCode.UNREACHABLE);

  private static final List<String> COMMANDS =
      List.of(
          "publish",
          "subscribe",
          "unsubscribe",
          "subscriptions",
          "queues",
          "find",
          "cancel",
          "reschedule",
          "redrive",
          "discard",
          "replay",
          "chain",
          "repeat",
          "repeats",
          "when",
          "schema",
          "doctor",
          "import-dbwrkr",
          "listen",
          "demo",
          "bench",
          "help",
          "pubish",
          "");

  private static final List<String> OPTIONS =
      List.of(
          "--all",
          "--batch",
          "--cancel",
          "--concurrency",
          "--count",
          "--events",
          "--from",
          "--header",
          "--id",
          "--json",
          "--lease",
          "--limit",
          "--name",
          "--ordered",
          "--payload",
          "--publishers",
          "--queue",
          "--queues",
          "--state",
          "--tid",
          "--to",
          "--version",
          "--when",
          "--yes",
          "--help",
          "--",
          "--bus",
          "--colour",
          "-x",
          "---",
          "@file");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "-",
          "a",
          "a.b",
          "a..b",
          ".",
          "*",
          "#",
          "a.#",
          "q",
          "0",
          "-1",
          "1",
          "7",
          "2147483648",
          "99999999999999999999",
          "NaN",
          "1e9",
          "0x1f",
          "true",
          "null",
          "soon",
          "7 days",
          "next friday 9am",
          "cron * * * * *",
          "every PT1S",
          "every PT0S",
          "0 0 30 2 ?",
          "2026-03-29T02:30",
          "2026-01-01T00:00Z",
          "9999999-01-01",
          "{\"n\":1}",
          "{\"n\":",
          "[[[[[[",
          "\"\\ud800\"",
          "k=v",
          "=",
          "dead",
          "lost",
          "x'; DROP TABLE y; --",
          "%s%n%d",
          "${jndi:ldap://127.0.0.1/x}",
          "../../x",
          "\u001b[2J",
          "a\nb",
          "\u202e",
          "\ud800",
          "😀",
          "redis:x",
          "jdbc:",
          "memory:",
          "mongodb://",
          "jdbc:postgresql://127.0.0.1:1/x?password=S3cr3t-canary",
          "mongodb://u:S3cr3t-canary@127.0.0.1:x/d",
          "x".repeat(10_000));

  /** Their options without a wrong value would run them for long. */
  private static final Set<String> LONG = Set.of("listen", "demo", "bench");

  private final Cli cli = Cli.onMemory();

  @AfterEach
  void close() {
    cli.close();
  }

  @Test
  void nonsense_ends_with_an_exit_code_and_a_message() throws Exception {
    TreeMap<Integer, Integer> codes = new TreeMap<>();
    for (int seed = 0; seed < RUNS; seed++) {
      List<String> arguments = arguments(new SplittableRandom(seed));
      Running running = cli.start(arguments.toArray(String[]::new));
      running.console().shutdown().request();

      Outcome outcome = running.outcome().get(60, TimeUnit.SECONDS);

      codes.merge(outcome.code(), 1, Integer::sum);
      assertThat(outcome.code()).as("seed %d: %s", seed, arguments).isIn(CODES);
      assertThat(outcome.err())
          .as("seed %d: %s", seed, arguments)
          .doesNotContain("\tat ", "Exception", "S3cr3t", "\u001b")
          .hasSizeLessThan(LONGEST_MESSAGE);
      if (outcome.code() != ExitCode.OK) {
        assertThat(outcome.err()).as("seed %d: %s", seed, arguments).isNotBlank();
      }
    }
    System.out.println("CLI fuzz: " + RUNS + " runs, exit codes " + codes);
    assertThat(codes).containsKeys(ExitCode.OK, ExitCode.USAGE, ExitCode.NOTHING_FOUND);
  }

  private static List<String> arguments(SplittableRandom random) {
    List<String> arguments = new ArrayList<>();
    String command = any(COMMANDS, random);
    arguments.add(command);
    int more = random.nextInt(6);
    for (int i = 0; i < more; i++) {
      String next = any(random.nextInt(3) == 0 ? OPTIONS : VALUES, random);
      arguments.add(next);
    }
    if (LONG.contains(command)) {
      arguments.add(1, "--count=" + any(List.of("none", "0", "-3", ""), random));
    }
    return arguments;
  }

  private static String any(List<String> texts, SplittableRandom random) {
    return texts.get(random.nextInt(texts.size()));
  }
}
