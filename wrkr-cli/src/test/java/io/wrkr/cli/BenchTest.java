package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import io.wrkr.cli.Cli.Running;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That it measures and cleans up; how fast anything is depends on the machine. */
@Timeout(90)
class BenchTest {
  @Test
  void gives_programs_every_figure_and_leaves_nothing() {
    try (Cli cli = Cli.onMemory()) {
      Outcome outcome = cli.run("bench", "--events", "500", "--json");

      assertThat(outcome.code()).isZero();
      assertThat(outcome.err()).isEmpty();
      Json.check(outcome.out());
      assertThat(outcome.out())
          .contains("\"events\":500,\"payload\":200,\"batch\":100,\"publishers\":1,\"queues\":1,")
          .containsPattern("\"publishPerSecond\":\\d+,")
          .containsPattern("\"endToEndPerSecond\":\\d+,")
          .containsPattern("\"rawPerSecond\":\\d+,")
          .containsPattern("\"ratio\":\\d+\\.\\d+,")
          .containsPattern("\"latencyP50Ms\":\\d+\\.\\d+,")
          .containsPattern("\"latencyP99Ms\":\\d+\\.\\d+,")
          .containsPattern("\"latenessP50Ms\":\\d+\\.\\d+,")
          .containsPattern("\"latenessP99Ms\":\\d+\\.\\d+,")
          .containsPattern("\"earliestMs\":\\d+\\.\\d+}");
      assertThat(cli.bus().admin().queues()).isEmpty();
      assertThat(cli.bus().admin().subscriptions()).isEmpty();
    }
  }

  @Test
  void cleans_up_when_interrupted() throws Exception {
    try (Cli cli = Cli.onMemory()) {
      Running bench = cli.start("bench");
      Await.until("it runs", () -> !cli.bus().admin().queues().isEmpty());

      bench.console().shutdown().request();

      assertThat(bench.outcome().join().code()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(cli.bus().admin().queues()).isEmpty();
    }
  }

  @Test
  void gives_people_two_tables() {
    String[] args = {
      "bench",
      "--bus",
      "memory:",
      "--events",
      "200",
      "--batch",
      "1",
      "--publishers",
      "4",
      "--queues",
      "2"
    };

    assertThat(Cli.runAlone(args).out())
        .contains("memory:: 200 events of 200 bytes, published by 4 threads in batches of 1 each")
        .contains("THROUGHPUT", "end to end", "raw limit", "MILLISECONDS", "lateness");
  }
}
