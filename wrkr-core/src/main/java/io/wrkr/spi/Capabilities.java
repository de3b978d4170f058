package io.wrkr.spi;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a backend can do, and its limits. Immutable.
 *
 * @param supported the abilities; what is missing is refused by the core
 * @param maxDelay the longest delay and retry delay that the store keeps
 * @param precision by how much the store rounds a due instant up
 * @param maxLease the longest lease
 * @param maxPayloadBytes the largest encoded payload
 * @param maxBatch the most events in one {@link Backend#publish}, deliveries in one claim, leases
 *     in one settle
 * @param parallelWrites how many concurrent publishes make the store fastest; the core forms
 *     batches so that no more are under way at once
 * @param hintsJoined whether hints tell of what was stored in a caller's transaction too; where
 *     they do not, idle workers look as often as without hints
 */
public record Capabilities(
    Set<Capability> supported,
    Duration maxDelay,
    Duration precision,
    Duration maxLease,
    int maxPayloadBytes,
    int maxBatch,
    int parallelWrites,
    boolean hintsJoined) {

  /** The largest payload that the API promises, 15 MB. */
  public static final int DEFAULT_MAX_PAYLOAD = 15_000_000;

  /** Copies the set. */
  public Capabilities {
    supported = Set.copyOf(supported);
  }

  /** Returns capabilities with the given abilities and the limits that the API promises. */
  public static Capabilities of(Set<Capability> supported) {
    Duration century = Duration.ofDays(36_525);
    return new Capabilities(
        supported,
        century,
        Duration.ofMillis(1),
        Duration.ofDays(1),
        DEFAULT_MAX_PAYLOAD,
        1000,
        1,
        false);
  }

  /** Tells whether the ability is there. */
  public boolean has(Capability capability) {
    return supported.contains(capability);
  }

  /** Returns the same without the given ability. */
  public Capabilities without(Capability capability) {
    Set<Capability> rest = EnumSet.noneOf(Capability.class);
    rest.addAll(supported);
    rest.remove(capability);
    return new Capabilities(
        rest,
        maxDelay,
        precision,
        maxLease,
        maxPayloadBytes,
        maxBatch,
        parallelWrites,
        hintsJoined);
  }

  /** Returns the same with another number of concurrent publishes. */
  public Capabilities parallelWrites(int writes) {
    return new Capabilities(
        supported, maxDelay, precision, maxLease, maxPayloadBytes, maxBatch, writes, hintsJoined);
  }

  /** Returns the same with another largest batch. */
  public Capabilities maxBatch(int batch) {
    return new Capabilities(
        supported,
        maxDelay,
        precision,
        maxLease,
        maxPayloadBytes,
        batch,
        parallelWrites,
        hintsJoined);
  }

  /** Returns the same with hints that tell of what callers' transactions committed too. */
  public Capabilities hintingJoined() {
    return new Capabilities(
        supported, maxDelay, precision, maxLease, maxPayloadBytes, maxBatch, parallelWrites, true);
  }

  /** Tells whether nothing comes in by another process without a hint, unless that is lost. */
  public boolean hintsAll() {
    return has(Capability.WAKE) && (hintsJoined || !has(Capability.TX_JOIN));
  }
}
