package io.wrkr.spi;

import java.time.InstantSource;

/** A clock, for tests, that says when it was moved, so that whoever waits by it looks again. */
public interface ObservableClock extends InstantSource {

  /** Calls {@code changed} after every move, on the thread that moved the clock. */
  Registration onChange(Runnable changed);
}
