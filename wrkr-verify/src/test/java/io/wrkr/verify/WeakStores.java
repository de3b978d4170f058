package io.wrkr.verify;

import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that break the contract in one way each, to show that the checker finds it. */
final class WeakStores {
  private WeakStores() {}

  static Map<String, Function<InstantSource, Backend>> all() {
    Map<String, Function<InstantSource, Backend>> all = new TreeMap<>();
    all.put("AckIgnoresToken", AckIgnoresToken::new);
    all.put("AckDoesNothing", AckDoesNothing::new);
    all.put("AckTrueTwice", AckTrueTwice::new);
    all.put("LosesLastWrites", LosesLastWrites::new);
    all.put("ClaimByLocalClock", ClaimByLocalClock::new);
    all.put("OrderOff", OrderOff::new);
    all.put("DedupeForgetsAtAck", DedupeForgetsAtAck::new);
    all.put("FanOutSkipsLast", FanOutSkipsLast::new);
    all.put("ExtendAlwaysTrue", ExtendAlwaysTrue::new);
    all.put("NackIsImmediate", NackIsImmediate::new);
    all.put("NackLost", NackLost::new);
    all.put("ReleaseCounts", ReleaseCounts::new);
    all.put("TokenReused", TokenReused::new);
    all.put("CancelAlwaysTrue", CancelAlwaysTrue::new);
    all.put("DeadAndLive", DeadAndLive::new);
    all.put("FollowUpsDropped", FollowUpsDropped::new);
    return all;
  }

  private static final class AckIgnoresToken extends ReferenceStore {
    AckIgnoresToken(InstantSource clock) {
      super(clock);
    }

    @Override
    @Nullable Copy held(Lease lease) {
      return live(lease.queue())
          .filter(copy -> copy.leased && copy.event.id().equals(lease.eventId()))
          .findFirst()
          .orElse(null);
    }
  }

  private static final class AckDoesNothing extends ReferenceStore {
    AckDoesNothing(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      if (!(settlement instanceof Settlement.Ack) || copy.attempts > 1) {
        super.settle(copy, settlement);
      }
    }
  }

  private static final class AckTrueTwice extends ReferenceStore {
    AckTrueTwice(InstantSource clock) {
      super(clock);
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      super.settle(settlements);
      return List.of();
    }
  }

  /** A crash forgets the last writes: here every twentieth publish is confirmed but not kept. */
  private static final class LosesLastWrites extends ReferenceStore {
    private int writes;

    LosesLastWrites(InstantSource clock) {
      super(clock);
    }

    @Override
    public List<Receipt> publish(List<OutgoingEvent> events) {
      List<Receipt> receipts = super.publish(events);
      if (++writes % 20 == 7) {
        receipts.forEach(
            receipt ->
                receipt.queues().stream()
                    .flatMap(this::live)
                    .filter(copy -> copy.event.id().equals(receipt.id()))
                    .forEach(copy -> copy.endedAt = now()));
      }
      return receipts;
    }
  }

  /** Due and leases are judged by the clock of whoever claims, which is wrong by up to a minute. */
  private static final class ClaimByLocalClock extends ReferenceStore {
    private int claims;

    ClaimByLocalClock(InstantSource clock) {
      super(clock);
    }

    @Override
    public Claims claim(ClaimRequest request) {
      claims++;
      Claims taken = super.claim(request);
      claims++;
      return taken;
    }

    @Override
    Instant now() {
      return claims % 2 == 0 ? super.now() : super.now().plusSeconds(claims * 7919L % 61);
    }
  }

  private static final class OrderOff extends ReferenceStore {
    OrderOff(InstantSource clock) {
      super(clock);
    }

    @Override
    Stream<Copy> claimable(String queue, Instant now) {
      return live(queue);
    }
  }

  private static final class DedupeForgetsAtAck extends ReferenceStore {
    DedupeForgetsAtAck(InstantSource clock) {
      super(clock);
    }

    @Override
    boolean suppresses(@Nullable Copy stored, OutgoingEvent outgoing, Instant now) {
      return stored != null && stored.endedAt == null;
    }
  }

  private static final class FanOutSkipsLast extends ReferenceStore {
    FanOutSkipsLast(InstantSource clock) {
      super(clock);
    }

    @Override
    List<String> queues(String name) {
      List<String> queues = super.queues(name);
      return queues.size() > 1 ? queues.subList(0, queues.size() - 1) : queues;
    }
  }

  private static final class ExtendAlwaysTrue extends ReferenceStore {
    ExtendAlwaysTrue(InstantSource clock) {
      super(clock);
    }

    @Override
    public List<Lease> extend(List<Lease> leases, Duration lease) {
      super.extend(leases, lease);
      return leases;
    }
  }

  private static final class NackIsImmediate extends ReferenceStore {
    NackIsImmediate(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(copy, settlement);
      if (settlement instanceof Settlement.Retry) {
        copy.due = now();
      }
    }
  }

  private static final class NackLost extends ReferenceStore {
    NackLost(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(copy, settlement);
      if (settlement instanceof Settlement.Retry) {
        copy.endedAt = now();
      }
    }
  }

  private static final class ReleaseCounts extends ReferenceStore {
    ReleaseCounts(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(copy, settlement);
      if (settlement instanceof Settlement.Release) {
        copy.attempts++;
      }
    }
  }

  private static final class TokenReused extends ReferenceStore {
    TokenReused(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(copy, settlement);
      copy.token--;
    }
  }

  private static final class CancelAlwaysTrue extends ReferenceStore {
    CancelAlwaysTrue(InstantSource clock) {
      super(clock);
    }

    @Override
    public long cancel(Query query) {
      super.cancel(query);
      return 1;
    }
  }

  private static final class DeadAndLive extends ReferenceStore {
    DeadAndLive(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(copy, settlement);
      if (settlement instanceof Settlement.DeadLetter) {
        copy.dead = false;
      }
    }
  }

  private static final class FollowUpsDropped extends ReferenceStore {
    FollowUpsDropped(InstantSource clock) {
      super(clock);
    }

    @Override
    void settle(Copy copy, Settlement settlement) {
      super.settle(
          copy,
          settlement instanceof Settlement.Ack ack
              ? new Settlement.Ack(ack.lease(), ack.archive(), List.of())
              : settlement);
    }
  }
}
