package io.wrkr.spi;

import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims from the store and from the wire; see {@link RelayBackend}. */
final class Receiving {
  private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

  /** Bounds how long looking may take where much waits on the wire. */
  private static final int MOST_MOVED = 20_000;

  private static final Duration TO_DEAD_LETTER = Duration.ofMinutes(1);

  private static final Comparator<ClaimedDelivery> BY_DUE =
      Comparator.comparing(ClaimedDelivery::due).thenComparing(ClaimedDelivery::publishedAt);

  private final Backend store;
  private final Intake intake;
  private final Wire wire;
  private final int maxBatch;

  /** Queues whose last claim was filled by the store alone, so that the wire comes first now. */
  private final Set<String> wireFirst = ConcurrentHashMap.newKeySet();

  /** How many listen to hints, by queue. Who does not is to see at once what was sent. */
  private final Map<String, Integer> listeners = new ConcurrentHashMap<>();

  /** What the wire had; {@code more} if it may have more than was claimed. */
  private record Carried(List<ClaimedDelivery> deliveries, boolean more) {
    static final Carried NONE = new Carried(List.of(), false);
  }

  Receiving(Backend store, Intake intake, Wire wire) {
    this.store = store;
    this.intake = intake;
    this.wire = wire;
    this.maxBatch = store.capabilities().maxBatch();
  }

  Registration onArrival(String queue, Runnable hint) {
    Registration carried = wire.onArrival(queue, hint);
    AtomicBoolean open = new AtomicBoolean(true);
    listeners.merge(queue, 1, Integer::sum);
    return () -> {
      carried.close();
      if (open.getAndSet(false)) {
        listeners.computeIfPresent(queue, (q, count) -> count == 1 ? null : count - 1);
      }
    };
  }

  Claims claim(ClaimRequest request) {
    if (request.queue().startsWith(Fanout.INTERNAL)) {
      return store.claim(request);
    }
    if (!listeners.containsKey(request.queue())) {
      wire.gather(request.queue());
    }
    return wireFirst.remove(request.queue()) ? wireFirst(request) : storeFirst(request);
  }

  private Claims storeFirst(ClaimRequest request) {
    Claims stored = store.claim(request);
    int room = request.max() - stored.deliveries().size();
    if (room == 0) {
      wireFirst.add(request.queue());
      return stored;
    }
    return joined(receive(request, room, stored.deliveries().isEmpty()), stored, request.lease());
  }

  private Claims wireFirst(ClaimRequest request) {
    Carried carried = receive(request, request.max(), true);
    int room = request.max() - carried.deliveries.size();
    if (room == 0) {
      return new Claims(carried.deliveries, Optional.empty());
    }
    Claims stored;
    try {
      stored = store.claim(new ClaimRequest(request.queue(), room, request.lease()));
    } catch (BackendException e) {
      if (carried.deliveries.isEmpty()) {
        throw e;
      }
      LOG.debug("The store could not be asked as well", e);
      stored = new Claims(List.of(), Optional.of(Duration.ZERO)); // the next claim will say it
    }
    return joined(carried, stored, request.lease());
  }

  /** Fails only if {@code alone}: what was claimed from the store already must be handed out. */
  private Carried receive(ClaimRequest request, int room, boolean alone) {
    List<ClaimedDelivery> claimed = new ArrayList<>();
    String queue = request.queue();
    try {
      int handed =
          wire.receive(queue, room, cargo -> claimed.addAll(takeIn(queue, cargo, request.lease())));
      return new Carried(claimed, handed > claimed.size());
    } catch (BackendException e) {
      if (alone) {
        throw e;
      }
      LOG.debug("The wire could not be asked as well", e);
      return Carried.NONE;
    }
  }

  private static Claims joined(Carried carried, Claims stored, Duration lease) {
    if (carried.more) {
      return new Claims(all(carried, stored), Optional.of(Duration.ZERO));
    }
    if (carried.deliveries.isEmpty()) {
      return stored;
    }
    Duration next = stored.untilNextDue().filter(until -> until.compareTo(lease) < 0).orElse(lease);
    return new Claims(all(carried, stored), Optional.of(next));
  }

  private static List<ClaimedDelivery> all(Carried carried, Claims stored) {
    List<ClaimedDelivery> all = new ArrayList<>(carried.deliveries);
    all.addAll(stored.deliveries());
    all.sort(BY_DUE);
    return all;
  }

  private List<ClaimedDelivery> takeIn(String queue, List<Wire.Cargo> cargo, Duration lease) {
    List<Arrival> sound = sound(queue, cargo);
    return sound.isEmpty() ? List.of() : intake.take(queue, sound, lease);
  }

  private void accept(String queue, List<Wire.Cargo> cargo) {
    List<Arrival> sound = sound(queue, cargo);
    if (!sound.isEmpty()) {
      intake.accept(queue, sound);
    }
  }

  /**
   * Returns what is meant for the queue and is an event; what can be none becomes a dead letter.
   */
  private List<Arrival> sound(String queue, List<Wire.Cargo> cargo) {
    List<Arrival> sound = new ArrayList<>(cargo.size());
    for (Wire.Cargo each : cargo) {
      boolean meant = each.queues().isEmpty() || each.queues().contains(queue);
      if (meant && each.defect().isPresent()) {
        bury(queue, each, each.defect().get());
      } else if (meant) {
        sound.add(each.arrival());
      }
    }
    return sound;
  }

  /** Makes a dead letter of what can be no event. */
  private void bury(String queue, Wire.Cargo cargo, String defect) {
    for (ClaimedDelivery claimed : intake.take(queue, List.of(cargo.arrival()), TO_DEAD_LETTER)) {
      LOG.warn("{} in queue {} is a dead letter: {}", cargo.event().id(), queue, defect);
      store.settle(List.of(new Settlement.DeadLetter(claimed.lease(), defect)));
    }
  }

  /** Moves up to one batch of what waits on the wire, and returns how many. */
  int moveSome(String queue) {
    return wire.receive(queue, maxBatch, cargo -> accept(queue, cargo));
  }

  /** Moves all that waits on the wire for this queue to the store. */
  void moveToStore(String queue) {
    if (queue.startsWith(Fanout.INTERNAL)) {
      return;
    }
    wire.gather(queue);
    int moved = 0;
    int handed;
    do {
      handed = moveSome(queue);
      moved += handed;
    } while (handed > 0 && moved < MOST_MOVED);
    if (handed > 0) {
      throw new BackendException(
          Outcome.FAILED,
          "More than "
              + MOST_MOVED
              + " events of the queue '"
              + queue
              + "' waited in the broker, where they cannot be found; so many were moved to the"
              + " store: repeat the call to go on, or ask for a state other than READY",
          null);
    }
  }
}
