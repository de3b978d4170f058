package io.wrkr.jdbc;

import io.wrkr.Receipt;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a busy bus does all the time; each call is durable when it returns. */
interface Operations {
  List<Receipt> publish(List<OutgoingEvent> events);

  /** Publishes in the transaction of a session that is the caller's; see {@link Joining}. */
  List<Receipt> join(Session session, List<OutgoingEvent> events) throws SQLException;

  Claims claim(ClaimRequest request);

  List<Lease> settle(List<Settlement> settlements);

  /** The same for every database: some statements in one transaction. */
  record InTransactions(
      Store store,
      Publishing publishing,
      Claiming claiming,
      Settling settling,
      Set<String> busyQueues)
      implements Operations {

    InTransactions(Store store, Publishing publishing, Claiming claiming, Settling settling) {
      this(store, publishing, claiming, settling, ConcurrentHashMap.newKeySet());
    }

    @Override
    public List<Receipt> publish(List<OutgoingEvent> events) {
      return store.write(session -> publishing.publish(session, events));
    }

    @Override
    public List<Receipt> join(Session session, List<OutgoingEvent> events) throws SQLException {
      return publishing.join(session, events, store);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      // Where the last claim found something the next one probably does: no look before it.
      boolean busy = store instanceof ServerStore && busyQueues.contains(request.queue());
      Optional<Claims> idle =
          busy ? Optional.empty() : store.read(session -> claiming.idle(session, request));
      Claims claims =
          idle.orElseGet(() -> store.write(session -> claiming.claim(session, request)));
      if (claims.deliveries().isEmpty()) {
        busyQueues.remove(request.queue());
      } else {
        busyQueues.add(request.queue());
      }
      return claims;
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return store.write(session -> settling.settle(session, settlements));
    }
  }
}
