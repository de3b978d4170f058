package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract on real stores, under kills and faults; {@code ./verify} does the same for long. */
class ProcessTest {
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("wrkr.verify.seconds", 75));

  private static final Duration BROKER_LENGTH = LENGTH.dividedBy(3);
  private static final Duration PACE = Duration.ofSeconds(1);
  private static final int SERVER_KILLS = 7;

  private static final Tally TOTAL = new Tally();

  @TempDir private Path folder;

  @AfterAll
  static void say_totals() {
    System.out.println("all rounds: " + TOTAL);
  }

  @ParameterizedTest
  @EnumSource
  void contract_holds_while_processes_and_servers_are_killed(StoreKind kind) {
    Optional<StoreServer> started = kind.start();
    if (started.isEmpty()) {
      System.out.println(kind + " " + kind.missing());
      Assumptions.abort(kind.missing());
    }
    try (StoreServer server = started.get()) {
      assertHolds(server, kind.ordinal(), LENGTH);
    }
  }

  @Test
  void contract_holds_on_a_broker_beside_a_store() {
    Brokers.requireRabbitMq("processes on RabbitMQ");
    String uri = Brokers.rabbitMq("sqlite:" + folder.resolve("store.db"));
    try (StoreServer broker = new GivenBroker(uri)) {
      assertHolds(broker, StoreKind.values().length, BROKER_LENGTH);
    }
  }

  private void assertHolds(StoreServer server, long seed, Duration length) {
    ChildJvm jvm = ChildJvm.prepare(folder, server.uri(0, 0));
    server.remove(0);

    Round.Result result =
        Round.run(server, jvm, new Round.Plan(1, seed, length, PACE, SERVER_KILLS, 4, false));

    System.out.println(server.name() + ": " + result.tally());
    TOTAL.add(result.tally());
    assertThat(result.tally().isGood()).as(result.text()).isTrue();
    assertThat(result.tally().kills).isPositive();
    assertThat(result.tally().serverKills > 0).isEqualTo(server.canKill());
    assertThat(ProcessHandle.current().children().filter(this::isInstance)).isEmpty();
  }

  private boolean isInstance(ProcessHandle child) {
    return child.info().commandLine().orElse("").contains(InstanceMain.class.getName());
  }
}
