package io.wrkr.spi;

import io.wrkr.Receipt;
import java.util.List;

/**
 * Facet: events are stored inside a transaction of the caller, committed with its data or not at
 * all, invisible to claims before. Goes with {@link Capability#TX_JOIN}.
 *
 * <p>The backend uses the transaction on the calling thread only and never commits, rolls back,
 * closes or reconfigures it. It rings no hint before the commit; where that is not observable,
 * none.
 *
 * @param <T> what stands for the caller's transaction, such as a connection or a session
 */
public interface TransactionalPublish<T> {

  /** Returns what stands for a transaction. */
  Class<T> transactionType();

  /**
   * Stores as {@link Backend#publish} does, inside the transaction, which may be repeated as a
   * whole.
   *
   * @throws IllegalArgumentException if it cannot be joined: not of this store, not open, or
   *     without a transaction; the message says which
   * @throws BackendException if the statement failed; the caller's transaction is then as the store
   *     leaves it
   */
  List<Receipt> publish(List<OutgoingEvent> events, T transaction);
}
