package io.wrkr.cli.bench;

/** Counts, and lets others wait for a count. Thread-safe. */
final class Progress {
  private static final long STALL_NANOS = 60_000_000_000L;

  private int count;

  synchronized int increment() {
    count++;
    notifyAll();
    return count;
  }

  /** Waits until so many were counted. */
  synchronized void await(int wanted) {
    long seen = -1;
    long since = Seam.nanos();
    try {
      while (count < wanted) {
        if (count > seen) {
          seen = count;
          since = Seam.nanos();
        } else if (Seam.nanos() - since > STALL_NANOS) {
          throw new IllegalStateException(
              "the broker brought nothing for 60 s, at " + count + " of " + wanted);
        }
        wait(1_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at " + count + " of " + wanted, e);
    }
  }
}
