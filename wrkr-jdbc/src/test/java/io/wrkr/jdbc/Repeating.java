package io.wrkr.jdbc;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Replay;
import io.wrkr.spi.TransactionalPublish;
import io.wrkr.spi.Wakeups;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Repeats calls that certainly did nothing, as the core does: servers give up one of two
 * transactions that are in each other's way. Counts them, for each is a trip too many.
 */
final class Repeating {
  private static final int TIMES = 20;
  private static final LongAdder CALLS = new LongAdder();
  private static final Map<String, LongAdder> FAILED = new ConcurrentSkipListMap<>();

  private Repeating() {}

  /** Prints how many calls were made and how often which failed, since this was printed last. */
  static void report(String server) {
    System.out.println(
        "Calls of "
            + server
            + ": "
            + CALLS.sumThenReset()
            + ", repeated after failures: "
            + FAILED);
    FAILED.clear();
  }

  static Backend of(Backend backend) {
    Class<?>[] facets = {
      Backend.class,
      Inspector.class,
      Replay.class,
      Wakeups.class,
      Clocked.class,
      TransactionalPublish.class
    };
    return (Backend)
        Proxy.newProxyInstance(
            Repeating.class.getClassLoader(),
            facets,
            (proxy, method, arguments) -> call(backend, method, arguments));
  }

  private static Object call(Backend backend, Method method, Object[] arguments) throws Throwable {
    CALLS.increment();
    for (int tries = 1; ; tries++) {
      try {
        return method.invoke(backend, arguments);
      } catch (InvocationTargetException e) {
        boolean repeatable =
            e.getCause() instanceof BackendException failure && failure.outcome() == Outcome.FAILED;
        if (!repeatable || tries == TIMES) {
          throw e.getCause();
        }
        FAILED.computeIfAbsent(name(method, e.getCause()), key -> new LongAdder()).increment();
      }
    }
  }

  private static String name(Method method, Throwable failure) {
    return failure.getCause() instanceof SQLException cause
        ? method.getName() + " " + cause.getSQLState() + "/" + cause.getErrorCode()
        : method.getName() + " " + failure.getMessage();
  }
}
