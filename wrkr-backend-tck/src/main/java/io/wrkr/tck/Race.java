package io.wrkr.tck;

import io.wrkr.spi.SystemSeam;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Threads that begin at the same moment. When one fails, the others are interrupted. */
final class Race {
  private static final int BOUND_SECONDS = 60;

  private Race() {}

  /** Runs the tasks at once, each on a thread of its own, and returns their results in order. */
  @SystemSeam
  static <T> List<T> run(List<Callable<T>> tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    CompletionService<T> ended = new ExecutorCompletionService<>(threads);
    CyclicBarrier start = new CyclicBarrier(tasks.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> task : tasks) {
        running.add(
            ended.submit(
                () -> {
                  start.await(BOUND_SECONDS, TimeUnit.SECONDS);
                  return task.call();
                }));
      }
      for (int i = 0; i < tasks.size(); i++) {
        Future<T> next = ended.poll(BOUND_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("The race did not end within " + BOUND_SECONDS + " s");
        }
        next.get();
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("A thread of the race failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Tells whether another thread of this race has failed, so that going on makes no sense. */
  static boolean isOver() {
    return Thread.currentThread().isInterrupted();
  }

  /** Runs one task in so many threads; each is told its number, from 0. */
  static <T> List<T> of(int threads, IntFunction<T> task) {
    List<Callable<T>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      tasks.add(() -> task.apply(number));
    }
    return run(tasks);
  }
}
