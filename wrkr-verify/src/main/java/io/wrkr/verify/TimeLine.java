package io.wrkr.verify;

import io.wrkr.spi.SystemSeam;

/** The time by which records of all processes of one machine are put in order, in nanoseconds. */
@FunctionalInterface
interface TimeLine {
  long nanos();

  /** Returns the machine's monotonic clock, the same in every process. */
  @SystemSeam
  static TimeLine ofMachine() {
    return System::nanoTime;
  }
}
