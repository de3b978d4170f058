package io.wrkr.spi;

import io.wrkr.HealthCheck;
import java.util.List;

/** Facet: tells how the store is. */
public interface Examined {

  /**
   * Looks at what slows a store down or endangers what it holds. Changes nothing; may take seconds
   * and be called by any thread. What cannot be seen, for want of a right, is a check that says so.
   *
   * @throws BackendException if the store cannot be reached
   */
  List<HealthCheck> examine();
}
