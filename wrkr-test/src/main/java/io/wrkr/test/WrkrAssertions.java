package io.wrkr.test;

import io.wrkr.EventCollector;

/** AssertJ's {@code assertThat} for buses and collectors. */
public final class WrkrAssertions {
  private WrkrAssertions() {}

  /** Begins an assertion about what happened on the bus so far. */
  public static BusAssert assertThat(ManualWrkr bus) {
    return new BusAssert(bus);
  }

  /** Begins an assertion about what this thread has collected and not published. */
  public static CollectorAssert assertThat(EventCollector collector) {
    return new CollectorAssert(collector);
  }
}
