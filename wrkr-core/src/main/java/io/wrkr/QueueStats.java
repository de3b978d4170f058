package io.wrkr;

import java.time.Duration;

/**
 * How many deliveries of a queue are where. Archived ones count nowhere.
 *
 * @param queue the queue's name
 * @param ready due and free to be claimed
 * @param scheduled not yet due, retries included
 * @param leased held by workers
 * @param dead dead letters
 * @param oldestReady how long the oldest ready one has been due; zero when there is none
 */
public record QueueStats(
    String queue, long ready, long scheduled, long leased, long dead, Duration oldestReady) {}
