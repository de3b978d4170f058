package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Archive;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.Wrkr;
import io.wrkr.cli.Cli.Outcome;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recurrences, replays and chains. */
class RepeatingTest {
  private final Cli cli = Cli.onMemory();

  @AfterEach
  void close() {
    cli.close();
  }

  @Test
  void recurrence_is_made_listed_replaced_and_ended() {
    Outcome made = cli.run("repeat", "r", "cron 0 9 * * MON-FRI Europe/Berlin", "report.due");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).startsWith("rule    cron 0 9 * * MON-FRI Europe/Berlin\nnext    ");
    assertThat(made.lines()).hasSize(6);

    assertThat(cli.run("repeats").lines())
        .hasSize(2)
        .element(1)
        .asString()
        .startsWith("r   cron 0 9 * * MON-FRI Europe/Berlin  report.due  ");
    cli.run("repeat", "r", "every 5 minutes", "report.due", "{\"n\":1}", "--tid", "7");
    assertThat(cli.run("repeats", "--json").lines())
        .singleElement()
        .asString()
        .startsWith("{\"id\":\"r\",\"rule\":\"every PT5M\",\"name\":\"report.due\",\"next\":[\"");

    assertThat(cli.run("repeat", "r", "--cancel").out()).isEqualTo("1 recurrence cancelled\n");
    assertThat(cli.run("repeat", "r", "--cancel").code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(cli.run("repeats").code()).isEqualTo(ExitCode.NOTHING_FOUND);
  }

  @Test
  void rule_that_cannot_be_kept_is_refused_with_the_reason() {
    Outcome never = cli.run("repeat", "r", "cron 0 9 30 2 *", "a");
    assertThat(never.code()).isEqualTo(ExitCode.USAGE);
    assertThat(never.err()).contains("never fires");
    assertThat(cli.run("repeat", "r", "now and then", "a").err()).contains("every 5 minutes");
    assertThat(cli.run("repeat", "r", "every friday 9am", "a").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.run("repeat", "r").err()).contains("RULE");
  }

  @Test
  void when_shows_the_next_fires_of_a_rule() {
    assertThat(cli.run("when", "cron 0 9 * * MON-FRI UTC").lines())
        .hasSize(6)
        .startsWith("rule    cron 0 9 * * MON-FRI UTC");
    assertThat(cli.run("when", "every", "2", "hours", "--json").out())
        .startsWith("{\"rule\":\"every PT2H\",\"next\":[\"");
  }

  @Test
  void what_is_archived_is_replayed_and_a_chain_is_shown() throws Exception {
    BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    try (Wrkr bus = cli.bus()) {
      bus.queue("shop")
          .archive(Archive.keep(Duration.ofDays(1)))
          .on(
              "order.#",
              delivery -> {
                if (delivery.name().equals("order.placed")) {
                  delivery.followUp(Event.of("order.billed").id("o2"));
                }
                handled.add(delivery.event().id().orElseThrow());
              });
      bus.start();
      bus.publish(Event.of("order.placed").id("o1"));
      assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo("o1");
      assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo("o2");
      bus.stop(Duration.ofSeconds(20));

      assertThat(cli.run("chain", "o2").lines())
          .hasSize(3)
          .satisfies(lines -> assertThat(lines.get(1)).contains("order.placed").endsWith("-"))
          .satisfies(lines -> assertThat(lines.get(2)).contains("order.billed").endsWith("o1"));
      assertThat(cli.run("chain", "o1", "--json").lines()).hasSize(2);
      assertThat(cli.run("chain", "other").code()).isEqualTo(ExitCode.NOTHING_FOUND);

      assertThat(
              cli.run("replay", "shop", "--from", "2020-01-01", "--to", "2100-01-01T00:00Z", "-y")
                  .out())
          .isEqualTo("2 deliveries replayed\n");
      assertThat(bus.admin().find(Query.all()).deliveries())
          .allSatisfy(info -> assertThat(info.headers()).containsEntry("wrkr.replayed", "true"));
    }
  }

  @Test
  void replay_of_no_period_or_without_an_answer_is_refused() {
    cli.run("subscribe", "shop", "#");

    assertThat(cli.run("replay", "shop", "--from", "2026-02-30", "--to", "2027-01-01", "-y").err())
        .contains("'2026-02-30' is no time");
    assertThat(cli.run("replay", "shop", "--from", "2027-01-01", "--to", "2026-01-01", "-y").err())
        .contains("not before");
    assertThat(cli.run("replay", "shop", "--from", "2026-01-01", "--to", "2027-01-01").err())
        .contains("--yes");
    assertThat(cli.run("replay", "shop", "--from", "2026-01-01", "--to", "2027-01-01", "-y").code())
        .isEqualTo(ExitCode.NOTHING_FOUND);
  }
}
