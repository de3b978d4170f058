package io.wrkr;

import io.wrkr.spi.Stage;
import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The machine's own clocks, threads and chance: the one place where the runtime meets them. */
@SystemSeam
final class SystemStage implements Stage {
  static final Stage INSTANCE = new SystemStage();

  private final RandomGenerator random = new SharedRandom();

  private SystemStage() {}

  /** Jitter needs no seed of its own; the thread's generator is never contended. */
  private static final class SharedRandom implements RandomGenerator {
    @Override
    public long nextLong() {
      return ThreadLocalRandom.current().nextLong();
    }
  }

  /** Returns the wall clock, for phrases and for texts; it never decides what is due. */
  static InstantSource wall() {
    return InstantSource.system();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Role role(String name, boolean foreground, LongSupplier step) {
    return new RoleThread(name, foreground, step);
  }

  @Override
  public boolean await(Future<?> answer, Duration limit) {
    return Uninterrupted.await(limit, nanos -> isDone(answer, nanos));
  }

  private static boolean isDone(Future<?> answer, long nanos) throws InterruptedException {
    try {
      answer.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | CancellationException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Override
  public boolean until(Duration limit, BooleanSupplier condition) {
    return Uninterrupted.until(System.nanoTime() + limit.toNanos(), condition);
  }

  @Override
  public void pause(long nanos) {
    Uninterrupted.pause(nanos);
  }

  @Override
  public void elsewhere(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    // It would inherit being a daemon from the caller's thread, and the JVM not wait for it.
    thread.setDaemon(false);
    thread.start();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public String nextId() {
    return Ids.next();
  }
}
