package io.wrkr.jdbc;

import io.wrkr.Receipt;
import io.wrkr.jdbc.Catalog.Moment;
import io.wrkr.jdbc.Publishing.Planned;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in what a wire brought for one queue; see {@link io.wrkr.spi.Intake}. */
final class Arriving {
  private final Catalog catalog;
  private final Publishing publishing;

  Arriving(Catalog catalog, Publishing publishing) {
    this.catalog = catalog;
    this.publishing = publishing;
  }

  List<ClaimedDelivery> take(
      Session session, String queueName, List<Arrival> arrivals, @Nullable Duration lease)
      throws SQLException {
    Moment moment = catalog.sharedMoment(session);
    QueueRow queue = moment.routes().queue(queueName);
    if (queue == null) {
      // Said, not dropped: the wire keeps what is not taken in.
      throw new BackendException(
          Outcome.FATAL,
          "The store does not know the queue '" + queueName + "': subscribe it, or delete it",
          null);
    }
    long leaseEnd =
        lease == null || queue.ordered() ? Planned.FREE : moment.now() + Micros.of(lease);
    List<Planned> planned = publishing.arrived(queue, arrivals, moment.now(), leaseEnd);
    List<Receipt> receipts = publishing.store(session, planned, moment.now());
    List<ClaimedDelivery> taken = new ArrayList<>();
    for (int i = 0; leaseEnd != Planned.FREE && i < planned.size(); i++) {
      if (!receipts.get(i).duplicate()) {
        taken.add(claimed(queue, planned.get(i)));
      }
    }
    return taken;
  }

  private static ClaimedDelivery claimed(QueueRow queue, Planned planned) {
    return new ClaimedDelivery(
        new Lease(queue.name(), planned.id(), planned.token(planned.seq())),
        planned.event(),
        1,
        Micros.instant(planned.due()),
        Micros.instant(planned.published()),
        "");
  }
}
