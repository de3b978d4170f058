package io.wrkr.spi;

/**
 * The proof of one claim of one delivery.
 *
 * @param queue the queue
 * @param eventId the event's id
 * @param token rises with every claim of this delivery and never falls, not even by release or
 *     redrive
 */
public record Lease(String queue, String eventId, long token) {}
