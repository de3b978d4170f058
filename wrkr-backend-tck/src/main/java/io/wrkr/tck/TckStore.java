package io.wrkr.tck;

import io.wrkr.spi.Backend;

/**
 * An empty store for one test, and the way to open backends on it. This, and how to make one, is
 * all that the kit has to be told about a backend.
 */
public interface TckStore extends AutoCloseable {

  /**
   * Opens an instance on this store. Several may be open at once. The kit hands it its clock itself
   * ({@link io.wrkr.spi.Clocked}) and closes it.
   */
  Backend open();

  /**
   * Restarts the store; called while no instance is open, for backends that are {@link
   * io.wrkr.spi.Capability#PERSISTENT}. Does nothing where closing all instances is as good.
   */
  default void restart() {}

  /**
   * Begins a transaction of the caller's own, for backends that have {@link
   * io.wrkr.spi.Capability#TX_JOIN}.
   */
  default TckTransaction begin() {
    throw new UnsupportedOperationException("This store has no transactions to join");
  }

  /** Removes the store. Called once, after every instance was closed. */
  @Override
  default void close() {}
}
