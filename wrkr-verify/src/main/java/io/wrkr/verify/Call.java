package io.wrkr.verify;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call to the store in the simulation: how to do it, and how to record it.
 *
 * @param op what it is
 * @param begin writes the invoke and returns its number
 * @param apply does it
 * @param half does the first part of a list, null where there is no such part
 * @param ok writes the completion
 * @param ended writes that it failed, or that nobody knows
 */
record Call<T>(
    Op op,
    LongSupplier begin,
    Supplier<T> apply,
    @Nullable Runnable half,
    Completion<T> ok,
    Ending ended) {

  /** Writes a completion with an answer, applied at an instant of the store's clock. */
  interface Completion<T> {
    void complete(long seq, T answer, long appliedAt);
  }

  /** Writes a completion without an answer. */
  interface Ending {
    void end(long seq, Outcome outcome);
  }
}
