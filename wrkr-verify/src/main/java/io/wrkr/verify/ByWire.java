package io.wrkr.verify;

import io.wrkr.spi.Backend;
import io.wrkr.spi.OutgoingEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * How a backend that stands on a broker is used and recorded.
 *
 * <p>Of every id it is said that it was made for this publish: events with ids of the caller's own,
 * as all are here, would not go by the wire. Counts are not recorded: RabbitMQ's miss what is just
 * on its way to another instance.
 */
final class ByWire {
  private ByWire() {}

  /** Returns what does as the recorded one does, with the same facets. */
  static Backend around(Backend recorded, Backend original) {
    return (Backend)
        Proxy.newProxyInstance(
            ByWire.class.getClassLoader(),
            RecordingBackend.facets(original.getClass()).toArray(Class<?>[]::new),
            (proxy, method, arguments) -> {
              boolean counts = method.getName().equals("stats");
              try {
                return method.getName().equals("publish") && arguments.length == 1
                    ? recorded.publish(fresh(arguments[0]))
                    : method.invoke(counts ? original : recorded, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static List<OutgoingEvent> fresh(Object events) {
    return ((List<?>) events)
        .stream()
            .map(OutgoingEvent.class::cast)
            .map(each -> new OutgoingEvent(each.event(), each.due(), each.dedupeWindow(), true))
            .toList();
  }
}
