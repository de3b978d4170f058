package io.wrkr.cli;

import io.wrkr.Delivery;

/** What is done with a delivery. */
interface Work {

  /** Returns whether the delivery is to be acked; if not, it was settled or is lost. */
  boolean isDone(Delivery delivery) throws Exception;
}
