package io.wrkr.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * An event that a wire brought to one queue.
 *
 * @param event the event
 * @param publishedAt when it was published, which is when it was due; by the publisher's clock
 * @param dedupeWindow how long after the delivery's end the same id makes no further one
 */
public record Arrival(StoredEvent event, Instant publishedAt, Duration dedupeWindow) {}
