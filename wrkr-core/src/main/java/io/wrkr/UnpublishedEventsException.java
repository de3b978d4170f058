package io.wrkr;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of a collector's block succeeded, but not all events that it collected could be
 * published.
 *
 * <p>Those that remain stay collected, with their ids and due instants: {@link
 * EventCollector#publish} tries again.
 */
public final class UnpublishedEventsException extends WrkrException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object result;
  private final transient List<Event> events;

  /** Creates an exception; code {@code WRKR-106}. */
  public UnpublishedEventsException(
      String message, @Nullable Object result, List<Event> events, Throwable cause) {
    super("WRKR-106", message, cause);
    this.result = result;
    this.events = List.copyOf(events);
  }

  /** Returns what the block returned. */
  public @Nullable Object result() {
    return result;
  }

  /** Returns the events that remain. */
  public List<Event> events() {
    return events == null ? List.of() : events;
  }
}
