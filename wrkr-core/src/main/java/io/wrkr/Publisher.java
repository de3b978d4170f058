package io.wrkr;

import java.util.List;

/** Publishes events: the bus itself, or the bus inside a transaction of the caller. Thread-safe. */
public interface Publisher {

  /**
   * Publishes one event and returns once every subscribed queue durably holds it.
   *
   * @throws IllegalArgumentException if a name, tid, id or header is not allowed
   * @throws PayloadException if the payload cannot be encoded or is too large
   * @throws WhenParseException if the phrase of {@link Event#when} is not understood
   * @throws BackendUnavailableException if certainly nothing was stored
   * @throws OutcomeUnknownException if it may or may not have been stored
   */
  Receipt publish(Event event);

  /**
   * Publishes events in the order given; one that is refused refuses all before anything is stored.
   *
   * @return one receipt per event, in the same order
   */
  List<Receipt> publish(List<Event> events);
}
