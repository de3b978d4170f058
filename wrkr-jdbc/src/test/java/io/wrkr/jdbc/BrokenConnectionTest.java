package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A connection that is cut in a commit leaves the outcome open; a conflict certainly does not. */
class BrokenConnectionTest {
  /** What the next write meets; null for nothing. */
  private @Nullable SQLException next;

  private boolean afterwards;

  @Test
  void a_connection_cut_in_the_commit_leaves_the_outcome_open_and_a_repeat_makes_no_copy() {
    for (ServerTckStore store : servers()) {
      try (Backend backend = JdbcBackend.of(source(store), options(store))) {
        backend.subscribe(new Subscription("q", "#"), false);
        backend.publish(Events.of("0")); // from here on it knows the subscriptions
        next = new SQLException("cut", "08006");
        afterwards = true;

        assertOutcome(backend, Outcome.UNKNOWN);

        assertThat(backend.publish(Events.of("1")).get(0).duplicate()).isTrue();
        assertThat(Events.claim(backend, "q")).containsExactly("0", "1");
      } finally {
        store.drop();
      }
    }
  }

  @Test
  void a_deadlock_or_serialisation_failure_is_certainly_not_done() {
    for (ServerTckStore store : servers()) {
      try (Backend backend = JdbcBackend.of(source(store), options(store))) {
        backend.subscribe(new Subscription("q", "#"), false);
        backend.publish(Events.of("0")); // from here on it knows the subscriptions
        next = new SQLException("Deadlock found", "40001", 1213);
        afterwards = false;

        assertOutcome(backend, Outcome.FAILED);

        assertThat(Events.claim(backend, "q")).containsExactly("0");
        assertThat(backend.publish(Events.of("1")).get(0).duplicate()).isFalse();
      } finally {
        store.drop();
      }
    }
  }

  private static ServerTckStore[] servers() {
    return new ServerTckStore[] {ServerTckStore.postgres(), ServerTckStore.mariaDb()};
  }

  private static JdbcOptions options(ServerTckStore store) {
    return JdbcOptions.defaults().prefix(store.prefix);
  }

  private static void assertOutcome(Backend backend, Outcome outcome) {
    assertThatThrownBy(() -> backend.publish(Events.of("1")))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
  }

  /**
   * Commits are explicit, or the statement's own where the connection commits each: of that kind is
   * the one statement of a publish on PostgreSQL, which begins with WITH.
   */
  private Object call(Object target, Method method, Object[] arguments) throws Throwable {
    boolean commit =
        method.getName().equals("commit")
            || (method.getName().equals("executeQuery")
                && target.toString().contains("WITH t AS")
                && target.toString().contains("INSERT"));
    SQLException failure = commit ? next : null;
    if (failure != null) {
      next = null;
      if (afterwards) {
        invoke(target, method, arguments);
      }
      throw failure;
    }
    Object result = invoke(target, method, arguments);
    return result instanceof PreparedStatement statement
        ? wrapped(PreparedStatement.class, statement)
        : result;
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private <T> T wrapped(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(target, method, arguments)));
  }

  private DataSource source(ServerTckStore store) {
    return new CallersSource(() -> wrapped(Connection.class, store.connect()));
  }
}
