package io.wrkr;

import java.time.Instant;
import java.util.List;

/**
 * What {@link Admin#recurrences} tells of a recurring publish.
 *
 * @param id the id given to {@link Wrkr#repeat}
 * @param rule the rule's text
 * @param name the name of the event that is published
 * @param next the next fires, at most five; empty when this process cannot read the rule
 */
public record RecurrenceInfo(String id, String rule, String name, List<Instant> next) {
  /** Copies the list. */
  public RecurrenceInfo {
    next = List.copyOf(next);
  }
}
