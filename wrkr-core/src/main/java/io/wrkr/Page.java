package io.wrkr;

import java.util.List;
import java.util.Optional;

/**
 * A part of what {@link Admin#find} found.
 *
 * @param deliveries this page's deliveries
 * @param next what to give to {@link Query#after} for the next page; empty on the last
 */
public record Page(List<DeliveryInfo> deliveries, Optional<String> next) {
  /** Copies the list. */
  public Page {
    deliveries = List.copyOf(deliveries);
  }
}
