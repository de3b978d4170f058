package io.wrkr.memory;

import io.wrkr.DeliveryInfo;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ForwardingBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Saboteurs that look and repair wrongly. */
final class AdminSaboteurs {
  private AdminSaboteurs() {}

  static List<Saboteur> all() {
    return List.of(
        new Saboteur("StatsDrift", "OBS-1", StatsDrift::new),
        new Saboteur("PruneTakesLive", "OBS-5", PruneTakesLive::new),
        new Saboteur("PruneDoesNothing", "OBS-5", PruneDoesNothing::new),
        new Saboteur("PagesSkipOne", "FIND-1", PagesSkipOne::new),
        new Saboteur("FindIgnoresTid", "FIND-1", FindIgnoresTid::new),
        new Saboteur("DeadLosesReason", "DEAD-1", DeadLosesReason::new),
        new Saboteur("CancelAlwaysTrue", "DELAY-8", CancelAlwaysTrue::new),
        new Saboteur("CancelTakesLeased", "FIND-2", CancelTakesLeased::new),
        new Saboteur("RescheduleToNow", "DELAY-9", RescheduleToNow::new),
        new Saboteur("RedriveMakesNewId", "DEAD-3", RedriveMakesNewId::new),
        new Saboteur("DiscardDoesNothing", "DEAD-5", DiscardDoesNothing::new),
        new Saboteur("DeleteQueueKeepsDeliveries", "SUB-9", DeleteQueueKeepsDeliveries::new));
  }

  private static final class StatsDrift extends ForwardingBackend {
    StatsDrift(Backend target) {
      super(target);
    }

    @Override
    public List<QueueStats> stats() {
      return super.stats().stream()
          .map(
              s ->
                  new QueueStats(
                      s.queue(),
                      s.ready() + 1,
                      s.scheduled(),
                      s.leased(),
                      s.dead(),
                      s.oldestReady()))
          .toList();
    }
  }

  private static final class PruneTakesLive extends ForwardingBackend {
    PruneTakesLive(Backend target) {
      super(target);
    }

    @Override
    public int prune(int max) {
      cancel(Query.all().limit(1));
      return super.prune(max);
    }
  }

  private static final class PruneDoesNothing extends ForwardingBackend {
    PruneDoesNothing(Backend target) {
      super(target);
    }

    @Override
    public int prune(int max) {
      return 0;
    }
  }

  private static final class PagesSkipOne extends ForwardingBackend {
    PagesSkipOne(Backend target) {
      super(target);
    }

    @Override
    public Page find(Query query) {
      Page page = super.find(query);
      return query.after().isEmpty() || page.deliveries().isEmpty()
          ? page
          : new Page(page.deliveries().subList(1, page.deliveries().size()), page.next());
    }
  }

  private static final class FindIgnoresTid extends ForwardingBackend {
    FindIgnoresTid(Backend target) {
      super(target);
    }

    @Override
    public Page find(Query query) {
      return super.find(query.queue().map(queue -> Query.all().queue(queue)).orElse(Query.all()));
    }
  }

  private static final class DeadLosesReason extends ForwardingBackend {
    DeadLosesReason(Backend target) {
      super(target);
    }

    @Override
    public Page find(Query query) {
      Page page = super.find(query);
      return new Page(
          page.deliveries().stream().map(DeadLosesReason::without).toList(), page.next());
    }

    private static DeliveryInfo without(DeliveryInfo i) {
      return new DeliveryInfo(
          i.eventId(),
          i.queue(),
          i.name(),
          i.tid(),
          i.state(),
          i.due(),
          i.attempts(),
          i.publishedAt(),
          Optional.empty(),
          i.payloadText(),
          i.headers());
    }
  }

  private static final class CancelAlwaysTrue extends ForwardingBackend {
    CancelAlwaysTrue(Backend target) {
      super(target);
    }

    @Override
    public long cancel(Query query) {
      return Math.max(1, super.cancel(query));
    }
  }

  /** Remembers claims and takes them too. */
  private static final class CancelTakesLeased extends ForwardingBackend {
    private final Map<String, ClaimedDelivery> claimed = new ConcurrentHashMap<>();

    CancelTakesLeased(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      claims.deliveries().forEach(d -> claimed.put(d.event().id(), d));
      return claims;
    }

    @Override
    public long cancel(Query query) {
      long taken =
          claimed.values().stream()
              .filter(
                  d ->
                      super.settle(
                              List.of(
                                  new io.wrkr.spi.Settlement.Ack(
                                      d.lease(), io.wrkr.Archive.delete(), List.of())))
                          .isEmpty())
              .count();
      return taken + super.cancel(query);
    }
  }

  private static final class RescheduleToNow extends ForwardingBackend {
    RescheduleToNow(Backend target) {
      super(target);
    }

    @Override
    public long reschedule(Query query, Instant due) {
      return super.reschedule(query, Instant.EPOCH);
    }
  }

  private static final class RedriveMakesNewId extends ForwardingBackend {
    RedriveMakesNewId(Backend target) {
      super(target);
    }

    @Override
    public long redrive(Query query) {
      List<DeliveryInfo> dead = super.find(query.state(io.wrkr.DeliveryState.DEAD)).deliveries();
      for (DeliveryInfo info : dead) {
        StoredEvent copy =
            new StoredEvent(
                info.eventId() + " again",
                info.name(),
                info.tid(),
                new io.wrkr.spi.Payload(
                    io.wrkr.spi.Payload.JSON,
                    info.payloadText().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                info.headers());
        publish(List.of(new OutgoingEvent(copy, Due.NOW, Duration.ZERO)));
      }
      return super.discard(query);
    }
  }

  private static final class DiscardDoesNothing extends ForwardingBackend {
    DiscardDoesNothing(Backend target) {
      super(target);
    }

    @Override
    public long discard(Query query) {
      return super.find(query.state(io.wrkr.DeliveryState.DEAD)).deliveries().size();
    }
  }

  private static final class DeleteQueueKeepsDeliveries extends ForwardingBackend {
    DeleteQueueKeepsDeliveries(Backend target) {
      super(target);
    }

    @Override
    public boolean deleteQueue(String queue) {
      return subscriptions().stream()
          .filter(s -> s.queue().equals(queue))
          .map((Subscription s) -> unsubscribe(s))
          .reduce(false, Boolean::logicalOr);
    }
  }
}
