package io.wrkr.spi;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a bus plays on: its monotonic time, the threads of its roles, and chance. Every bus has the
 * machine's, unless its clock is a stage as well: then a test owns them, and the same roles run on
 * the test's thread, as its clock moves.
 *
 * <p>For test kits only: what applications need of it is in wrkr-test. Not stable.
 */
public interface Stage {

  /**
   * A part of the bus that repeats one step until it is stopped. Its step returns the nanoseconds
   * until the next one is due, or that number negated where nothing but {@link #wake} gives it
   * anything to do, and looking again is a mere precaution.
   */
  interface Role {

    /** Begins to repeat the step. */
    void start();

    /** Makes the next step begin at once; may be called by any thread, at any time. */
    void wake();

    /** Ends the role after its current step, waiting at most this long; false if it still runs. */
    boolean stop(Duration limit);
  }

  /** Returns the wait of a role that has nothing to do: a precaution, at most this many nanos. */
  static long idle(long nanos) {
    return -nanos;
  }

  /** Returns the monotonic time in nanoseconds. */
  long nanos();

  /** Returns a role, not yet started; a foreground one keeps the JVM alive. */
  Role role(String name, boolean foreground, LongSupplier step);

  /** Waits for an answer that another role gives; false if it did not come within the limit. */
  boolean await(Future<?> answer, Duration limit);

  /** Waits for a condition that other roles bring about; false if it did not within the limit. */
  boolean until(Duration limit, BooleanSupplier condition);

  /** Waits this long. */
  void pause(long nanos);

  /** Runs the work later, or at the same time, but not before this method returned. */
  void elsewhere(String name, Runnable work);

  /** Returns the source of jitter; safe for use by several threads. */
  RandomGenerator random();

  /** Returns a new event id: unique, and later ones sort behind earlier ones. */
  String nextId();
}
