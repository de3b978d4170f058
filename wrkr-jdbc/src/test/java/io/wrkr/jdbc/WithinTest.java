package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.Subscription;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import io.wrkr.spi.Backend;
import io.wrkr.spi.TransactionalPublish;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bus says of a transaction it is to join. */
class WithinTest {
  @TempDir Path directory;

  private Wrkr bus;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    Path file = directory.resolve("wrkr.db");
    bus = Wrkr.builder(JdbcBackend.sqlite(file)).build();
    bus.queue("q").subscribe("a");
    bus.start();
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    bus.close();
  }

  @Test
  void connection_in_autocommit_mode_is_refused_with_the_remedy() {
    assertThatThrownBy(() -> bus.within(connection).publish(Event.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("autocommit")
        .hasMessageContaining("setAutoCommit(false)");
    assertThat(bus.admin().queue("q").ready()).isZero();
  }

  @Test
  void closed_connection_is_refused() throws SQLException {
    connection.setAutoCommit(false);
    connection.close();

    assertThatThrownBy(() -> bus.within(connection).publish(Event.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void what_is_no_connection_is_refused_with_what_it_is() {
    assertThatThrownBy(() -> bus.within("a transaction"))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContaining("java.sql.Connection")
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void event_of_a_commit_that_fails_is_not_there() throws SQLException {
    connection.setAutoCommit(false);
    execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    execute("CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
    connection.commit();
    connection.setAutoCommit(true);
    execute("PRAGMA foreign_keys = ON");
    connection.setAutoCommit(false);
    execute("INSERT INTO child VALUES (1)");
    bus.within(connection).publish(Event.of("a").id("1"));

    assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
    connection.rollback();

    assertThat(bus.admin().queue("q").ready()).isZero();
    assertThat(bus.publish(Event.of("a").id("1")).duplicate()).isFalse();
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void statements_in_the_transaction_do_not_grow_with_the_events() throws SQLException {
    connection.setAutoCommit(false);
    List<String> executed = new ArrayList<>();
    Connection counting = counting(connection, executed);
    bus.within(counting).publish(Event.of("a"));
    int one = executed.size();
    executed.clear();

    bus.within(counting).publish(List.of(Event.of("a"), Event.of("a"), Event.of("a")));

    System.out.println("Statements of a publish within a transaction: " + executed);
    assertThat(executed).hasSizeLessThanOrEqualTo(one).isNotEmpty();
  }

  @Test
  void event_joins_a_servers_transaction_by_its_inserts_alone() throws SQLException {
    assertThat(statements(ServerTckStore.postgres())).containsExactly("WITH");
    assertThat(statements(ServerTckStore.mariaDb())).containsExactly("INSERT", "INSERT");
  }

  /** Returns what one event costs once the subscriptions are known. */
  @SuppressWarnings("unchecked")
  private static List<String> statements(ServerTckStore store) throws SQLException {
    try (Backend backend = store.open();
        Connection callers = store.connect()) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("1"));
      callers.setAutoCommit(false);
      List<String> executed = new ArrayList<>();
      ((TransactionalPublish<Connection>) backend)
          .publish(Events.of("2"), counting(callers, executed));
      callers.commit();
      assertThat(Events.claim(backend, "q")).containsExactly("1", "2");
      return executed;
    } finally {
      store.drop();
    }
  }

  private static Connection counting(Connection target, List<String> executed) {
    return proxied(
        Connection.class,
        target,
        (method, arguments, result) ->
            result instanceof PreparedStatement statement
                ? proxied(
                    PreparedStatement.class,
                    statement,
                    (call, ignored, answer) -> {
                      if (call.startsWith("execute")) {
                        executed.add(String.valueOf(arguments[0]).split(" ", 2)[0]);
                      }
                      return answer;
                    })
                : result);
  }

  /** What becomes of the result of a call. */
  private interface After {
    Object apply(String method, Object[] arguments, Object result);
  }

  private static <T> T proxied(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            WithinTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return after.apply(method.getName(), arguments, method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
