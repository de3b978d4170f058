package io.wrkr.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Runs work on connections; knows transactions and nothing of deliveries.
 *
 * <p>Safe for any thread. Failures become {@link io.wrkr.spi.BackendException}; use after close is
 * an {@link IllegalStateException}.
 */
interface Store extends AutoCloseable {

  /** Runs the work in one transaction, durable when this method returns. */
  <T extends @Nullable Object> T write(Work<T> work);

  /** Does the same for the extending of leases, which must go on however busy the store is. */
  <T extends @Nullable Object> T writeReserved(Work<T> work);

  /** Sees to it that this will be so; leases are about to be taken. */
  default void reserve() {}

  /** Runs one statement, which commits by itself where the store can. */
  <T extends @Nullable Object> T writeOnce(Work<T> work);

  /** Runs statements that change nothing, each seeing all that was committed before it. */
  <T extends @Nullable Object> T read(Work<T> work);

  @Override
  void close();
}
