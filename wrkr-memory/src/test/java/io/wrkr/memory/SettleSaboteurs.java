package io.wrkr.memory;

import io.wrkr.Archive;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ForwardingBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Saboteurs that end claims wrongly. */
final class SettleSaboteurs {
  private SettleSaboteurs() {}

  static List<Saboteur> all() {
    return List.of(
        new Saboteur("AckDoesNothing", "ACK-2", AckDoesNothing::new),
        new Saboteur("AckIgnoresToken", "ACK-6", AckIgnoresToken::new),
        new Saboteur(
            "AckTrueTwice",
            "ACK-3",
            backend ->
                new ForwardingBackend(backend) {
                  @Override
                  public List<Lease> settle(List<Settlement> settlements) {
                    super.settle(settlements);
                    return List.of();
                  }
                }),
        new Saboteur("FollowUpsLost", "ACK-2", changed(SettleSaboteurs::withoutFollowUps)),
        new Saboteur("FollowUpsBeforeTheAck", "ACK-6", FollowUpsBeforeTheAck::new),
        new Saboteur("NackLost", "RETRY-6", changed(s -> isRetry(s) ? ack(s) : s)),
        new Saboteur("NackIsImmediate", "RETRY-2", changed(SettleSaboteurs::immediate)),
        new Saboteur("RetryEarly", "RETRY-2", changed(SettleSaboteurs::early)),
        new Saboteur("ReleaseCounts", "RETRY-3", changed(SettleSaboteurs::counted)),
        new Saboteur("ReleaseKeepsTheLease", "RETRY-3", ReleaseKeepsTheLease::new),
        new Saboteur("HistoryForgotten", "RETRY-4", changed(SettleSaboteurs::unwritten)),
        new Saboteur("NeverDeadLetters", "RETRY-7", changed(SettleSaboteurs::undead)),
        new Saboteur("DeadHeadReleasesTid", "ORDER-4", changed(s -> isDead(s) ? ack(s) : s)),
        new Saboteur("DeadAndLive", "DEAD-7", backend -> new CopiesAgain(backend, true)),
        new Saboteur("OrderLostOnRetry", "ORDER-3", backend -> new CopiesAgain(backend, false)));
  }

  /** Breaks by changing each settlement before it is applied. */
  private static UnaryOperator<Backend> changed(UnaryOperator<Settlement> change) {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public List<Lease> settle(List<Settlement> settlements) {
            return super.settle(settlements.stream().map(change).toList());
          }
        };
  }

  private static boolean isRetry(Settlement settlement) {
    return settlement instanceof Settlement.Retry;
  }

  private static boolean isDead(Settlement settlement) {
    return settlement instanceof Settlement.DeadLetter;
  }

  private static Settlement ack(Settlement settlement) {
    return new Settlement.Ack(settlement.lease(), Archive.delete(), List.of());
  }

  private static Settlement withoutFollowUps(Settlement settlement) {
    return settlement instanceof Settlement.Ack ? ack(settlement) : settlement;
  }

  private static Settlement immediate(Settlement settlement) {
    return settlement instanceof Settlement.Retry retry
        ? new Settlement.Retry(retry.lease(), Duration.ZERO, retry.history())
        : settlement;
  }

  private static Settlement early(Settlement settlement) {
    return settlement instanceof Settlement.Retry retry && !retry.after().isZero()
        ? new Settlement.Retry(retry.lease(), retry.after().minusMillis(1), retry.history())
        : settlement;
  }

  private static Settlement counted(Settlement settlement) {
    return settlement instanceof Settlement.Release release
        ? new Settlement.Retry(release.lease(), release.after(), "")
        : settlement;
  }

  private static Settlement unwritten(Settlement settlement) {
    return settlement instanceof Settlement.Retry retry
        ? new Settlement.Retry(retry.lease(), retry.after(), "")
        : settlement;
  }

  private static Settlement undead(Settlement settlement) {
    return settlement instanceof Settlement.DeadLetter dead
        ? new Settlement.Retry(dead.lease(), Duration.ZERO, dead.reason())
        : settlement;
  }

  private static final class AckDoesNothing extends ForwardingBackend {
    AckDoesNothing(Backend target) {
      super(target);
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return super.settle(
          settlements.stream().filter(s -> !(s instanceof Settlement.Ack)).toList());
    }
  }

  /** Settles whoever holds the delivery now. */
  private static final class AckIgnoresToken extends ForwardingBackend {
    private final Map<String, Lease> latest = new ConcurrentHashMap<>();

    AckIgnoresToken(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      claims.deliveries().forEach(d -> latest.put(key(d.lease()), d.lease()));
      return claims;
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return super.settle(
          settlements.stream()
              .map(
                  s ->
                      s instanceof Settlement.Ack ack
                          ? new Settlement.Ack(
                              latest.getOrDefault(key(s.lease()), s.lease()),
                              ack.archive(),
                              ack.followUps())
                          : s)
              .toList());
    }

    private static String key(Lease lease) {
      return lease.queue() + "/" + lease.eventId();
    }
  }

  private static final class FollowUpsBeforeTheAck extends ForwardingBackend {
    FollowUpsBeforeTheAck(Backend target) {
      super(target);
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      for (Settlement settlement : settlements) {
        if (settlement instanceof Settlement.Ack ack) {
          publish(ack.followUps());
        }
      }
      return super.settle(settlements);
    }
  }

  private static final class ReleaseKeepsTheLease extends ForwardingBackend {
    ReleaseKeepsTheLease(Backend target) {
      super(target);
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return super.settle(
          settlements.stream().filter(s -> !(s instanceof Settlement.Release)).toList());
    }
  }

  /** Publishes what was retried, or is dead, once more, behind all others. */
  private static final class CopiesAgain extends ForwardingBackend {
    private final Map<String, StoredEvent> claimed = new ConcurrentHashMap<>();
    private final boolean dead;

    CopiesAgain(Backend target, boolean dead) {
      super(target);
      this.dead = dead;
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      for (ClaimedDelivery delivery : claims.deliveries()) {
        claimed.put(delivery.event().id(), delivery.event());
      }
      return claims;
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      List<Settlement> applied =
          dead ? settlements : settlements.stream().map(s -> isRetry(s) ? ack(s) : s).toList();
      List<Lease> refused = super.settle(applied);
      settlements.stream().filter(s -> dead ? isDead(s) : isRetry(s)).forEach(this::copy);
      return refused;
    }

    private void copy(Settlement settlement) {
      StoredEvent event = claimed.get(settlement.lease().eventId());
      if (event != null) {
        Duration wait =
            settlement instanceof Settlement.Retry retry ? retry.after() : Duration.ZERO;
        StoredEvent copy =
            new StoredEvent(
                event.id() + " again", event.name(), event.tid(), event.payload(), event.headers());
        publish(List.of(new OutgoingEvent(copy, new Due.After(wait), Duration.ZERO)));
      }
    }
  }
}
