package io.wrkr.test;

import io.wrkr.spi.SystemSeam;

/** Threads of tests. */
@SystemSeam
final class Threads {
  private Threads() {}

  static Thread started(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    return thread;
  }
}
