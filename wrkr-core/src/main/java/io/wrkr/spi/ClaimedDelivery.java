package io.wrkr.spi;

import java.time.Instant;

/**
 * A delivery under its lease.
 *
 * @param lease the proof of the claim
 * @param event the event
 * @param attempt the number of this try, from 1
 * @param due from when the event was to be delivered (the instant of its publish, not of a retry)
 * @param publishedAt when it was stored, by the store's clock
 * @param history what earlier settlements left as {@link Settlement.Retry#history}, else empty
 */
public record ClaimedDelivery(
    Lease lease,
    StoredEvent event,
    int attempt,
    Instant due,
    Instant publishedAt,
    String history) {}
