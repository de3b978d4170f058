package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Wakeups;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hints are there, can be switched off, and come back when their connection was cut. */
class PostgresHintsTest {
  private final ServerTckStore store = ServerTckStore.postgres();

  @AfterEach
  void drop() {
    store.drop();
  }

  @Test
  void a_backend_without_hints_declares_none() {
    try (Backend hinted = store.open();
        Backend unhinted = store.open("hints=off")) {
      assertThat(hinted.capabilities().has(Capability.WAKE)).isTrue();
      assertThat(unhinted.capabilities().has(Capability.WAKE)).isFalse();
    }
  }

  @Test
  void a_listener_whose_connection_was_cut_is_told_and_listens_again() throws Exception {
    try (Backend listening = store.open("ApplicationName=" + store.prefix);
        Backend publishing = store.open()) {
      listening.subscribe(new Subscription("q", "#"), false);
      CountDownLatch hinted = new CountDownLatch(1);
      ((Wakeups) listening).onArrival("q", hinted::countDown);

      cut();

      assertThat(hinted.await(20, TimeUnit.SECONDS)).as("told after the cut").isTrue();
      CountDownLatch again = new CountDownLatch(1);
      ((Wakeups) listening).onArrival("q", again::countDown);
      publishing.publish(Events.of("1"));
      assertThat(again.await(20, TimeUnit.SECONDS)).as("told of a publish").isTrue();
    }
  }

  private void cut() throws SQLException {
    try (Connection connection = store.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
              + store.prefix
              + "'");
    }
  }
}
