package io.wrkr;

import java.util.List;

/**
 * Handles several deliveries at a time; otherwise as {@link Handler}.
 *
 * <p>Returning acks those that it has not settled, throwing has those retried.
 */
@FunctionalInterface
public interface BatchHandler {
  /** Handles the deliveries, at least one. */
  void handle(List<Delivery> deliveries) throws Exception;
}
