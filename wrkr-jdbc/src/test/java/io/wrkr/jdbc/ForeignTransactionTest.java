package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.TransactionalPublish;
import io.wrkr.tck.CallersTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transaction that somebody leaves open for long stalls no others, and loses nothing. */
class ForeignTransactionTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  @Test
  @Timeout(180) // a stall lasts for ever on PostgreSQL, for twenty waits of 50 s on MariaDB
  void what_it_has_locked_waits_and_all_else_goes_on() {
    for (ServerTckStore store : servers()) {
      try (Backend backend = store.open();
          CallersTransaction foreign = CallersTransaction.on(() -> readCommitted(store))) {
        backend.subscribe(new Subscription("q", "#"), false);
        backend.publish(Events.of("locked"));
        foreign.execute("SELECT * FROM " + store.prefix + "_delivery FOR UPDATE");
        joining(backend).publish(Events.of("joined"), (Connection) foreign.handle());

        backend.publish(Events.of("1", "2"));
        List<ClaimedDelivery> claimed = Events.deliveries(backend, "q");
        assertThat(claimed)
            .extracting(each -> each.event().id())
            .containsExactlyInAnyOrder("1", "2");
        assertThat(backend.extend(List.of(claimed.get(0).lease()), LEASE)).hasSize(1);
        assertThat(backend.settle(claimed.stream().map(Events::ack).toList())).isEmpty();
        backend.prune(100);
        assertThat(Events.claim(backend, "q")).isEmpty();

        foreign.commit();
        assertThat(Events.claim(backend, "q")).containsExactlyInAnyOrder("locked", "joined");
      } finally {
        store.drop();
      }
    }
  }

  @Test
  @Timeout(180)
  void new_events_joined_at_the_default_isolation_hold_up_no_publishes_of_others() {
    for (ServerTckStore store : servers()) {
      try (Backend backend = store.open();
          CallersTransaction callers = CallersTransaction.on(store::connect)) {
        backend.subscribe(new Subscription("q", "#"), false);
        backend.publish(Events.of("0", "9"));

        joining(backend).publish(Events.of("4", "6"), (Connection) callers.handle());
        backend.publish(Events.of("3", "5", "7"));

        callers.commit();
        assertThat(Events.claim(backend, "q"))
            .containsExactlyInAnyOrder("0", "9", "4", "6", "3", "5", "7");
      } finally {
        store.drop();
      }
    }
  }

  @Test
  void ids_that_are_there_already_join_as_duplicates_beside_new_ones() {
    for (ServerTckStore store : servers()) {
      try (Backend backend = store.open();
          CallersTransaction callers = CallersTransaction.on(store::connect)) {
        backend.subscribe(new Subscription("q", "#"), false);
        callers.execute("SELECT * FROM " + store.prefix + "_event");
        backend.publish(Events.of("1"));

        List<Receipt> receipts =
            joining(backend).publish(Events.of("0", "1", "2"), (Connection) callers.handle());
        callers.commit();

        assertThat(receipts).extracting(Receipt::duplicate).containsExactly(false, true, false);
        assertThat(Events.claim(backend, "q")).containsExactlyInAnyOrder("0", "1", "2");
      } finally {
        store.drop();
      }
    }
  }

  @Test
  void a_wait_that_the_server_ends_was_not_done_and_can_be_repeated() {
    ServerTckStore store = ServerTckStore.mariaDb();
    JdbcOptions options = JdbcOptions.defaults().prefix(store.prefix);
    try (Backend backend = JdbcBackend.of(new CallersSource(() -> hasty(store)), options);
        CallersTransaction foreign = CallersTransaction.on(store::connect)) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("1"));
      foreign.execute("SELECT * FROM " + store.prefix + "_event FOR UPDATE");

      assertThatThrownBy(() -> backend.publish(Events.of("2", "1")))
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FAILED))
          .rootCause()
          .hasMessageContaining("Lock wait timeout");
      foreign.rollback();

      assertThat(Events.claim(backend, "q")).containsExactly("1");
      assertThat(backend.publish(Events.of("2", "1")))
          .extracting(Receipt::duplicate)
          .containsExactly(false, true);
    } finally {
      store.drop();
    }
  }

  /** Error 1205 undoes the statement and leaves its transaction open. */
  private static Connection hasty(ServerTckStore store) throws SQLException {
    Connection connection = store.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION innodb_lock_wait_timeout = 1");
    }
    return connection;
  }

  /** Above it InnoDB also locks the gaps between rows, and others' new ones fall into those. */
  private static Connection readCommitted(ServerTckStore store) throws SQLException {
    Connection connection = store.connect();
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    return connection;
  }

  private static ServerTckStore[] servers() {
    return new ServerTckStore[] {ServerTckStore.postgres(), ServerTckStore.mariaDb()};
  }

  @SuppressWarnings("unchecked")
  private static TransactionalPublish<Connection> joining(Backend backend) {
    return (TransactionalPublish<Connection>) backend;
  }
}
