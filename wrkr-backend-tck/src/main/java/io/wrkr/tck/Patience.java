package io.wrkr.tck;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls that certainly did nothing, as the core does: a store may refuse one of two
 * transactions that stand in each other's way, and backends never repeat by themselves.
 */
final class Patience {
  private static final int MOST_TRIES = 200;

  private final Backend target;

  private Patience(Backend target) {
    this.target = target;
  }

  /** Returns the instance, with all its facets, behind such repetition. */
  static Backend with(Backend target) {
    Set<Class<?>> facets = new LinkedHashSet<>();
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      facets.addAll(Arrays.asList(type.getInterfaces()));
    }
    facets.add(Backend.class);
    Patience patience = new Patience(target);
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            facets.stream()
                .filter(facet -> facet.getPackage() == Backend.class.getPackage())
                .toArray(Class<?>[]::new),
            (proxy, method, arguments) -> patience.call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    for (int tries = 1; ; tries++) {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        boolean nothingDone =
            e.getCause() instanceof BackendException failure && failure.outcome() == Outcome.FAILED;
        if (!nothingDone || tries == MOST_TRIES) {
          throw e.getCause();
        }
        Thread.yield();
      }
    }
  }
}
