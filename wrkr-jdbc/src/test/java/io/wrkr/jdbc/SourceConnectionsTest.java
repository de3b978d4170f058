package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.ClaimedDelivery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A pool that others have exhausted lets no lease lapse. */
class SourceConnectionsTest {
  private static final int SIZE = 2;
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final List<Connection> open = new ArrayList<>();
  private final DataSource pool = pool("jdbc:h2:mem:reserved;DB_CLOSE_DELAY=-1");

  @Test
  void leases_are_extended_while_others_hold_all_connections() throws SQLException {
    try (JdbcBackend backend = JdbcBackend.of(pool)) {
      ClaimedDelivery claimed = claimed(backend);

      try (Connection handlers = pool.getConnection()) {
        assertThat(open).as("all of the pool").hasSize(SIZE);
        assertThat(handlers.isClosed()).isFalse();

        assertThat(backend.extend(List.of(claimed.lease()), LEASE)).hasSize(1);
        assertThat(backend.extend(List.of(claimed.lease()), LEASE)).as("again").hasSize(1);
      }
    }
    assertThat(open).as("left open").isEmpty();
  }

  @Test
  void a_kept_connection_that_broke_is_replaced() throws SQLException {
    try (JdbcBackend backend = JdbcBackend.of(pool)) {
      ClaimedDelivery claimed = claimed(backend);

      open.get(0).unwrap(Connection.class).close();

      assertThat(backend.extend(List.of(claimed.lease()), LEASE)).hasSize(1);
      assertThat(open).as("kept").hasSize(1);
    }
  }

  @Test
  void who_only_publishes_keeps_none() {
    try (JdbcBackend backend = JdbcBackend.of(pool)) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("published"));

      assertThat(open).isEmpty();
    }
  }

  private static ClaimedDelivery claimed(JdbcBackend backend) {
    backend.subscribe(new Subscription("claiming", "#"), false);
    backend.publish(Events.of("1-" + System.identityHashCode(backend)));
    return Events.deliveries(backend, "claiming").get(0);
  }

  /** Offers so many connections and fails instead of waiting for one. */
  private DataSource pool(String url) {
    return new CallersSource(
        () -> {
          if (open.size() == SIZE) {
            throw new SQLException("the pool is exhausted", "08001");
          }
          return pooled(DriverManager.getConnection(url));
        });
  }

  private Connection pooled(Connection connection) {
    Connection[] self = new Connection[1];
    self[0] =
        (Connection)
            Proxy.newProxyInstance(
                SourceConnectionsTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    open.removeIf(each -> each == self[0]);
                  }
                  return invoke(connection, method, arguments);
                });
    open.add(self[0]);
    return self[0];
  }

  private static Object invoke(Connection connection, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
