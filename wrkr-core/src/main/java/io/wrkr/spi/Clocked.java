package io.wrkr.spi;

import java.time.InstantSource;

/**
 * Facet: the store can judge due instants and leases by a given clock instead of its own, so that
 * tests move time. Every backend whose claims compare a stored instant should have it.
 */
public interface Clocked {

  /** Judges by {@code clock} from now on. Called at most once, before any other method. */
  void useClock(InstantSource clock);
}
