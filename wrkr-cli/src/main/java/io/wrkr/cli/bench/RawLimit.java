package io.wrkr.cli.bench;

import java.util.OptionalDouble;

/**
 * What a store does without the bus: the writes that a delivery needs at the least, in batches of
 * {@value #BATCH}.
 */
interface RawLimit extends AutoCloseable {
  /** Events a transaction. */
  int BATCH = 100;

  /** Says in a few words what is measured. */
  String what();

  /** Stores so many events, leases their deliveries and removes all again. */
  void run(int events);

  /** Stores so many events and their deliveries only; returns the seconds, where measured. */
  default OptionalDouble insert(int events) {
    return OptionalDouble.empty();
  }

  /** Makes all writes of the bus, where {@link #run} makes fewer; returns the seconds. */
  default OptionalDouble allWrites(int events) {
    return OptionalDouble.empty();
  }

  /** Removes what was stored. */
  @Override
  void close();
}
