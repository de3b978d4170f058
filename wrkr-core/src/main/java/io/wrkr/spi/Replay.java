package io.wrkr.spi;

import java.time.Instant;

/** Facet: archived deliveries can be delivered again. Goes with {@link Capability#REPLAY}. */
public interface Replay {

  /**
   * Makes archived deliveries of one queue, published from {@code from} until before {@code to},
   * due now again, attempts counted from 0, with the header {@code wrkr.replayed} set to {@code
   * true}. A delivery is then live, no longer archived; token and dedupe record are kept.
   *
   * @return how many
   */
  long replay(String queue, Instant from, Instant to);
}
