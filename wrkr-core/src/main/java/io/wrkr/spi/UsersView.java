package io.wrkr.spi;

import io.wrkr.DeliveryInfo;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A store without the queues that a wire itself has there; see {@link Wire#OWN_QUEUES}. */
final class UsersView {
  private final Backend store;

  UsersView(Backend store) {
    this.store = store;
  }

  private Inspector inspector() {
    if (store instanceof Inspector inspector) {
      return inspector;
    }
    throw new UnsupportedOperationException(
        store.getClass().getSimpleName() + " has no " + Inspector.class.getSimpleName());
  }

  private static boolean isOwn(String queue) {
    return queue.startsWith(Wire.OWN_QUEUES);
  }

  List<Subscription> subscriptions() {
    return store.subscriptions().stream().filter(each -> !isOwn(each.queue())).toList();
  }

  List<QueueStats> stats() {
    return inspector().stats().stream().filter(each -> !isOwn(each.queue())).toList();
  }

  /** Fills a page up, so that it is as long as if nothing was left out. */
  Page find(Query query) {
    List<DeliveryInfo> found = new ArrayList<>();
    Query rest = query;
    while (true) {
      Page page = inspector().find(rest);
      page.deliveries().stream().filter(each -> !isOwn(each.queue())).forEach(found::add);
      Optional<String> next = page.next();
      if (next.isEmpty() || found.size() >= query.limit()) {
        return new Page(found, next);
      }
      rest = query.limit(query.limit() - found.size()).after(next.get());
    }
  }

  /** Queue by queue where the wire has any, since a change of all would change those too. */
  long change(Query query, ToLongFunction<Query> change) {
    if (query.queue().isPresent()
        || store.subscriptions().stream().noneMatch(each -> isOwn(each.queue()))) {
      return change.applyAsLong(query);
    }
    long changed = 0;
    for (QueueStats each : stats()) {
      long left = query.changeLimit() - changed;
      if (left <= 0) {
        break;
      }
      Query part = left < Query.MAX_LIMIT ? query.limit((int) left) : query;
      changed += change.applyAsLong(part.queue(each.queue()));
    }
    return changed;
  }
}
