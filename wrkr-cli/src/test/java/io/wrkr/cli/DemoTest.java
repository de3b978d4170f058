package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import io.wrkr.cli.Cli.Running;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoTest {
  private static String last(Outcome outcome) {
    List<String> lines = outcome.lines();
    return lines.get(lines.size() - 1);
  }

  @Test
  void ends_with_totals_in_which_nothing_is_lost() {
    Outcome outcome = Cli.runAlone("demo", "--seconds", "1", "--bus", "memory:");

    assertThat(outcome.code()).isZero();
    assertThat(last(outcome)).matches("published (\\d+), handled \\1, lost 0");
    assertThat(outcome.out()).contains("1 s ").contains(" s done: published ").contains("retried ");
  }

  @Test
  void runs_on_mqtt_with_the_libraries_that_the_program_packs() {
    assumeBroker(1883);
    String names = "wrkr-cli-" + ProcessHandle.current().pid();
    String uri = "mqtt://127.0.0.1/?store=memory:&prefix=" + names + "&topics=" + names + "/e/";

    Outcome outcome = Cli.runAlone("demo", "--seconds", "1", "--bus", uri);

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(last(outcome)).matches("published (\\d+), handled \\1, lost 0");
  }

  private static void assumeBroker(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
    } catch (IOException e) {
      String why = "not run: the demo on MQTT, no broker answers at 127.0.0.1:" + port;
      System.out.println(why);
      Assumptions.abort(why);
    }
  }

  @Test
  void draws_a_table_on_a_terminal() {
    try (Cli cli = Cli.onMemory()) {
      cli.terminal = true;
      cli.environment.put("NO_COLOR", "1");

      Outcome outcome = cli.run("demo", "--seconds", "1", "--bus", cli.uri());

      assertThat(outcome.out())
          .contains("QUEUE", "ourApp.CustomerSatisfactionTeam", "\u001b[6A")
          .doesNotContain("\u001b[1m");
      assertThat(cli.bus().admin().queues()).isEmpty();
    }
  }

  @Test
  void says_what_is_left_when_interrupted() throws Exception {
    try (Cli cli = Cli.onMemory()) {
      Running demo = cli.start("demo", "--seconds", "100", "--bus", cli.uri());
      Await.until("it runs", () -> demo.out().contains("1 s publishing"));

      demo.console().shutdown().request();

      Outcome outcome = demo.outcome().join();
      assertThat(outcome.code()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(outcome.out()).contains("still held by their queues: ");
      assertThat(last(outcome)).matches("published \\d+, handled \\d+, lost 0");
    }
  }

  @Test
  void leaves_a_bus_alone_that_has_such_queues() {
    try (Cli cli = Cli.onMemory()) {
      cli.run("subscribe", "ourApp.Mail", "x");

      Outcome outcome = cli.run("demo", "--bus", cli.uri());

      assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
      assertThat(outcome.err()).contains("has a queue ourApp.Mail of its own");
    }
  }

  @Test
  void the_accounts_tell_handled_held_and_lost_apart() {
    DemoLedger ledger = new DemoLedger();
    ledger.stored("nobody-wants", Set.of());
    ledger.stored("held", Set.of("a", "b"));
    ledger.stored("gone", Set.of("a"));

    assertThat(ledger.totals(Set.of("held"))).isEqualTo(new DemoLedger.Totals(3, 1, 1, 1));
  }
}
