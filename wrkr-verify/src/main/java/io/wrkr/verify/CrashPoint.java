package io.wrkr.verify;

import io.wrkr.spi.Backend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A named point at which a process is killed: before or after the n-th call of one method.
 *
 * @param method of the backend
 * @param moment where within the call
 * @param call which call, from 1
 */
record CrashPoint(String method, Moment moment, int call) {
  /** Where within a call. */
  enum Moment {
    /** Invoked, not begun. */
    BEFORE,
    /** Done, the answer not yet known to the caller. */
    AFTER,
    /** The answer known to the recorder, but not to the bus. */
    REPLY
  }

  /** Reads {@code method:moment:call}. */
  static CrashPoint parse(String text) {
    String[] parts = text.split(":", -1);
    Moment moment = Moment.valueOf(parts[1].toUpperCase(Locale.ROOT));
    return new CrashPoint(parts[0], moment, Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return method + ":" + moment.name().toLowerCase(Locale.ROOT) + ":" + call;
  }

  /** Returns the backend with this point in it; {@code reached} is to end the process. */
  Backend in(Backend backend, Runnable reached) {
    AtomicInteger calls = new AtomicInteger();
    return (Backend)
        Proxy.newProxyInstance(
            CrashPoint.class.getClassLoader(),
            RecordingBackend.facets(backend.getClass()).toArray(Class<?>[]::new),
            (proxy, called, arguments) -> {
              boolean here = called.getName().equals(method) && calls.incrementAndGet() == call;
              if (here && moment == Moment.BEFORE) {
                reached.run();
              }
              try {
                Object answer = called.invoke(backend, arguments);
                if (here && moment != Moment.BEFORE) {
                  reached.run();
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
