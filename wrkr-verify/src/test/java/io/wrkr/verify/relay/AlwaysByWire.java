package io.wrkr.verify.relay;

import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.tck.ForwardingBackend;
import java.util.List;
import java.util.Set;

/**
 * Takes an id for a fresh one when it sees it first, so that the kit's events travel by the wire if
 * they are due. Before an id comes again, what waits on the wire is moved to the store, as by every
 * look, so that the answer can tell the duplicate.
 */
public final class AlwaysByWire extends ForwardingBackend {
  private final Set<String> seen;

  /** Creates one of those that see the same ids. */
  public AlwaysByWire(Backend target, Set<String> seen) {
    super(target);
    this.seen = seen;
  }

  @Override
  public Capabilities capabilities() {
    return target().capabilities().without(Capability.REPLAY).without(Capability.TX_JOIN);
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    synchronized (seen) {
      boolean allNew = true;
      for (OutgoingEvent event : events) {
        allNew &= seen.add(event.event().id());
      }
      if (allNew) {
        return target().publish(events.stream().map(AlwaysByWire::fresh).toList());
      }
      find(Query.all());
      return target().publish(events);
    }
  }

  private static OutgoingEvent fresh(OutgoingEvent of) {
    return new OutgoingEvent(of.event(), of.due(), of.dedupeWindow(), true);
  }
}
