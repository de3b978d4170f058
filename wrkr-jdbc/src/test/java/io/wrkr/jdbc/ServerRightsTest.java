package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.HealthCheck;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Examined;
import io.wrkr.tck.CallersTransaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a role without rights, a read-only one and a damaged schema get to hear. */
class ServerRightsTest {
  private static OwnServer server;

  @BeforeAll
  static void start() {
    server = OwnServer.postgres();
    server.execute(
        "CREATE ROLE app LOGIN PASSWORD 'secret-4711'",
        "CREATE ROLE reader LOGIN",
        "ALTER ROLE reader SET default_transaction_read_only = on",
        "REVOKE CREATE ON SCHEMA public FROM public");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static Backend open(String user, String options) {
    return new JdbcProvider().open(server.uri().replace("user=postgres", "user=" + user) + options);
  }

  private static String schema(String prefix) {
    return new JdbcProvider().schema(server.uri() + "&prefix=" + prefix).orElseThrow();
  }

  @Test
  void without_the_right_to_create_tables_it_works_where_they_are() {
    assertThatThrownBy(() -> open("app", "&prefix=mine").close())
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
        .hasMessageContaining("mine_meta")
        .hasMessageContaining("wrkr schema --print");

    server.execute(schema("mine").split(";"));
    server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app");

    try (Backend backend = open("app", "&prefix=mine")) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("1"));
      assertThat(Events.claim(backend, "q")).containsExactly("1");
    }
  }

  @Test
  void what_is_missing_is_named() {
    open("postgres", "&prefix=damaged").close();
    server.execute("DROP TABLE damaged_ended, damaged_dead");

    assertThatThrownBy(() -> open("postgres", "&prefix=damaged").close())
        .hasMessageContaining("damaged_dead")
        .hasMessageContaining("damaged_ended")
        .message()
        .doesNotContain("damaged_event");
  }

  @Test
  void tables_dropped_under_it_make_calls_fail_for_good() {
    try (Backend backend = open("postgres", "&prefix=dropped")) {
      backend.subscribe(new Subscription("q", "#"), false);
      server.execute("DROP TABLE dropped_event");

      assertThatThrownBy(() -> backend.publish(Events.of("1")))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL));
    }
  }

  @Test
  void a_read_only_server_refuses_for_good() {
    open("postgres", "&prefix=shared").close();
    server.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO reader");

    try (Backend backend = open("reader", "&prefix=shared")) {
      assertThatThrownBy(() -> backend.subscribe(new Subscription("q", "#"), false))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
          .hasMessageContaining("read-only");
    }
  }

  @Test
  void a_wrong_password_is_never_shown() {
    assertThatThrownBy(() -> open("nobody&password=hunter2", "").close())
        .isInstanceOf(BackendException.class)
        .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("hunter2"));
  }

  @Test
  void two_connections_serve_64_threads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try (Backend backend = open("postgres", "&prefix=narrow&connections=2")) {
      backend.subscribe(new Subscription("q", "#"), false);
      List<CompletableFuture<?>> all =
          IntStream.range(0, 640)
              .<CompletableFuture<?>>mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> backend.publish(Events.of("e" + i)), threads))
              .toList();

      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

      assertThat(Events.claim(backend, "q")).isNotEmpty();
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void a_call_that_runs_into_the_servers_time_limit_was_not_done() {
    try (Backend patient = open("postgres", "&prefix=slow");
        Backend hasty =
            open("postgres", "&prefix=slow&hints=off&options=-c%20statement_timeout=300")) {
      patient.subscribe(new Subscription("q", "#"), false);
      try (CallersTransaction foreign =
          CallersTransaction.on(() -> java.sql.DriverManager.getConnection(server.uri()))) {
        foreign.execute("LOCK TABLE slow_delivery IN EXCLUSIVE MODE");

        assertThatThrownBy(() -> hasty.publish(Events.of("1")))
            .isInstanceOfSatisfying(
                BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FAILED));
        foreign.rollback();
      }
      hasty.publish(Events.of("1"));
      assertThat(Events.claim(patient, "q")).containsExactly("1");
    }
  }

  @Test
  void health_tells_what_is_wrong_and_what_to_do() {
    try (Backend backend = open("postgres", "&prefix=healthy")) {
      List<HealthCheck> checks = ((Examined) backend).examine();

      assertThat(checks)
          .extracting(HealthCheck::name)
          .contains("clock", "claim time", "dead rows", "oldest transaction", "fsync");
      // The test's server runs without.
      assertThat(checks)
          .filteredOn(check -> check.name().equals("autovacuum"))
          .singleElement()
          .satisfies(check -> assertThat(check.advice().orElse("")).contains("turn it on"));
      assertThat(checks)
          .filteredOn(check -> check.name().equals("synchronous_commit"))
          .singleElement()
          .satisfies(check -> assertThat(check.advice()).isEmpty());
    }
  }
}
