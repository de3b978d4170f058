package io.wrkr;

/** Work that returns nothing and may throw anything. */
@FunctionalInterface
public interface ThrowingRunnable {
  /** Does the work. */
  void run() throws Exception;
}
