package io.wrkr.test;

/**
 * What {@link ManualWrkr#drain} or a move of the clock did.
 *
 * @param handled deliveries acked
 * @param failed calls of handlers that threw
 * @param retried deliveries to be tried again
 * @param dead deliveries given up
 * @param scheduled deliveries that are not due yet, retries included, in all queues afterwards
 */
public record Drained(int handled, int failed, int retried, int dead, long scheduled) {}
