package io.wrkr;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the store was lost: the call may or may not have happened.
 *
 * <p>Repeating it is safe. For a publish, repeat it with {@link #events}, which carry their ids, so
 * that no queue gets a second delivery.
 */
public final class OutcomeUnknownException extends WrkrException {
  private static final long serialVersionUID = 1L;

  private final transient List<Event> events;

  /** Creates an exception; code {@code WRKR-102}. */
  public OutcomeUnknownException(String message, List<Event> events, @Nullable Throwable cause) {
    super("WRKR-102", message, cause);
    this.events = List.copyOf(events);
  }

  /** Returns the events of the publish, with the ids they were given; empty for other calls. */
  public List<Event> events() {
    return events == null ? List.of() : events;
  }
}
