package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Wrkr;
import io.wrkr.spi.Backend;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bus with nothing to do does next to nothing: few calls of its store, hardly any CPU time. */
class IdleTest {
  private static final int QUEUES = 3;
  private static final Duration LOOK = Duration.ofSeconds(4);

  @TempDir private Path folder;

  /** Bounds from above only, so that a loaded machine, which does less, cannot break them. */
  @ParameterizedTest
  @ValueSource(strings = {"memory:", "sqlite:"})
  void idle_bus_makes_few_calls_and_uses_hardly_any_cpu(String scheme) {
    Queue<String> calls = new ConcurrentLinkedQueue<>();
    String uri = scheme.equals("sqlite:") ? scheme + folder.resolve("idle.db") : scheme;
    try (Wrkr wrkr = Wrkr.builder(counting(Stores.open(uri), calls)).build()) {
      for (int i = 0; i < QUEUES; i++) {
        wrkr.subscribe("idle" + i, "idle." + i, delivery -> {});
      }
      wrkr.start();
      // The pause between claims grows until the bus is idle.
      Seam.pause(LOOK);
      calls.clear();
      long before = cpuNanos();

      Seam.pause(LOOK);

      long used = cpuNanos() - before;
      assertThat(calls.size())
          .as("%s", calls)
          .isLessThanOrEqualTo(QUEUES * 2 * (int) LOOK.toSeconds());
      assertThat(used).isLessThan(LOOK.toNanos() / 10);
    }
  }

  /** The CPU time of all threads that the bus and its store started. */
  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("wrkr")) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getId()));
      }
    }
    return sum;
  }

  private static Backend counting(Backend backend, Queue<String> calls) {
    return (Backend)
        Proxy.newProxyInstance(
            IdleTest.class.getClassLoader(),
            RecordingBackend.facets(backend.getClass()).toArray(Class<?>[]::new),
            (proxy, method, arguments) -> {
              if (!method.getName().equals("capabilities")) {
                calls.add(method.getName());
              }
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
