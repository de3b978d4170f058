package io.wrkr.memory;

import io.wrkr.Archive;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Settlement;
import io.wrkr.tck.ForwardingBackend;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Saboteurs that hand out and hold wrongly. */
final class ClaimSaboteurs {
  private ClaimSaboteurs() {}

  static List<Saboteur> all() {
    return List.of(
        new Saboteur("ClaimByLocalClock", "LEASE-7", ClaimByLocalClock::new),
        new Saboteur("HandsOutTwice", "TAKE-1", HandsOutTwice::new),
        new Saboteur("DeletesAtClaim", "LEASE-5", DeletesAtClaim::new),
        new Saboteur("LeaseNeverEnds", "LEASE-1", asking(r -> lease(r, r.lease().plusDays(999)))),
        new Saboteur("LeaseTooShort", "LEASE-1", asking(r -> lease(r, r.lease().minusMillis(1)))),
        new Saboteur(
            "ClaimsMoreThanAsked",
            "TAKE-3",
            asking(r -> new ClaimRequest(r.queue(), r.max() + 1, r.lease()))),
        new Saboteur("TokenRepeats", "LEASE-2", TokenRepeats::new),
        new Saboteur("CrashNotCounted", "RETRY-4", CrashNotCounted::new),
        new Saboteur("NextDueForgotten", "TAKE-5", NextDueForgotten::new),
        new Saboteur("ExtendAlwaysTrue", "LEASE-3", ExtendAlwaysTrue::new),
        new Saboteur("ExtendDoesNothing", "LEASE-3", ExtendDoesNothing::new),
        new Saboteur("HintsNobody", "TAKE-5", HintsNobody::new));
  }

  private static UnaryOperator<Backend> asking(UnaryOperator<ClaimRequest> change) {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public Claims claim(ClaimRequest request) {
            return super.claim(change.apply(request));
          }
        };
  }

  private static ClaimRequest lease(ClaimRequest request, Duration lease) {
    return new ClaimRequest(request.queue(), request.max(), lease);
  }

  private static Claims with(Claims claims, List<ClaimedDelivery> deliveries) {
    return new Claims(deliveries, claims.untilNextDue());
  }

  private static final class ClaimByLocalClock extends ForwardingBackend {
    ClaimByLocalClock(Backend target) {
      super(target);
    }

    @Override
    public void useClock(InstantSource clock) {
      // Goes by the machine's.
    }
  }

  private static final class HandsOutTwice extends ForwardingBackend {
    private List<ClaimedDelivery> before = List.of();

    HandsOutTwice(Backend target) {
      super(target);
    }

    @Override
    public synchronized Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      List<ClaimedDelivery> twice = new ArrayList<>(before);
      twice.removeIf(d -> !d.lease().queue().equals(request.queue()));
      twice.addAll(claims.deliveries());
      before = claims.deliveries();
      return with(claims, twice);
    }
  }

  private static final class DeletesAtClaim extends ForwardingBackend {
    DeletesAtClaim(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      super.settle(
          claims.deliveries().stream()
              .<Settlement>map(d -> new Settlement.Ack(d.lease(), Archive.delete(), List.of()))
              .toList());
      return claims;
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return List.of();
    }
  }

  /** Shows every claim of a delivery under one token. */
  private static final class TokenRepeats extends ForwardingBackend {
    private final Map<String, Lease> real = new ConcurrentHashMap<>();

    TokenRepeats(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      return with(claims, claims.deliveries().stream().map(this::masked).toList());
    }

    private ClaimedDelivery masked(ClaimedDelivery d) {
      Lease shown = new Lease(d.lease().queue(), d.lease().eventId(), 1);
      real.put(shown.toString(), d.lease());
      return new ClaimedDelivery(
          shown, d.event(), d.attempt(), d.due(), d.publishedAt(), d.history());
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      return super.settle(
              settlements.stream()
                  .<Settlement>map(
                      s ->
                          new Settlement.Release(
                              real.getOrDefault(s.lease().toString(), s.lease()), Duration.ZERO))
                  .toList())
          .stream()
          .toList();
    }
  }

  private static final class CrashNotCounted extends ForwardingBackend {
    private final Map<String, Integer> retries = new ConcurrentHashMap<>();

    CrashNotCounted(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      return with(claims, claims.deliveries().stream().map(this::uncounted).toList());
    }

    private ClaimedDelivery uncounted(ClaimedDelivery d) {
      int attempt = 1 + retries.getOrDefault(d.event().id(), 0);
      return new ClaimedDelivery(
          d.lease(), d.event(), attempt, d.due(), d.publishedAt(), d.history());
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      settlements.stream()
          .filter(s -> s instanceof Settlement.Retry)
          .forEach(s -> retries.merge(s.lease().eventId(), 1, Integer::sum));
      return super.settle(settlements);
    }
  }

  private static final class NextDueForgotten extends ForwardingBackend {
    NextDueForgotten(Backend target) {
      super(target);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      return new Claims(super.claim(request).deliveries(), Optional.empty());
    }
  }

  private static final class ExtendAlwaysTrue extends ForwardingBackend {
    ExtendAlwaysTrue(Backend target) {
      super(target);
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Duration lease) {
      super.extend(leases, lease);
      return leases;
    }
  }

  private static final class ExtendDoesNothing extends ForwardingBackend {
    ExtendDoesNothing(Backend target) {
      super(target);
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Duration lease) {
      return leases;
    }
  }

  private static final class HintsNobody extends ForwardingBackend {
    HintsNobody(Backend target) {
      super(target);
    }

    @Override
    public Registration onArrival(String queue, Runnable hint) {
      return () -> {};
    }
  }
}
