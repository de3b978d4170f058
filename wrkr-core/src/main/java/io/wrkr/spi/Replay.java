package io.wrkr.spi;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /** Returns the headers with the one that says that a delivery is made again. */
  static Map<String, String> marked(Map<String, String> headers) {
    Map<String, String> marked = new LinkedHashMap<>(headers);
    marked.put("wrkr.replayed", "true");
    return marked;
  }
}
