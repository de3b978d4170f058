package io.wrkr.tck;

/** A transaction of the caller's own on a store, for backends that can join one. */
public interface TckTransaction extends AutoCloseable {

  /** Returns what stands for the transaction, as the backend's facet takes it. */
  Object handle();

  /** Makes it durable. */
  void commit();

  /** Undoes it. */
  void rollback();

  /** Gives back what it used; called once, last. */
  @Override
  void close();
}
