package io.wrkr.spi;

import java.time.Duration;

/**
 * Asks for ready deliveries.
 *
 * @param queue the queue
 * @param max the most deliveries to take, at least 1
 * @param lease how long they are held
 */
public record ClaimRequest(String queue, int max, Duration lease) {}
