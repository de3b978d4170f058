package io.wrkr.spi;

import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import java.time.Instant;
import java.util.List;

/**
 * Facet: looking and repairing. Concurrency, blocking and failures as for {@link Backend}.
 *
 * <p>Values in a query are compared as they are; none is ever an operator. A condition that is not
 * set holds for all. Every change is one conditional write, so that of a change and a claim exactly
 * one wins.
 */
public interface Inspector {

  /**
   * Returns up to {@code query.limit()} deliveries, in a stable order (queue, due, event id or
   * similar), and where to go on. A delivery that neither comes nor goes meanwhile appears on
   * exactly one page.
   */
  Page find(Query query);

  /**
   * Returns the counts of every known queue (with a subscription or a delivery), sorted by name.
   */
  List<QueueStats> stats();

  /**
   * Removes scheduled, retrying and ready deliveries that match, never a leased or finished one.
   */
  long cancel(Query query);

  /** Gives scheduled, retrying and ready deliveries that match another due instant. */
  long reschedule(Query query, Instant due);

  /**
   * Makes dead letters that match due now: attempt 0, token and place in the tid's order kept.
   * Atomic per delivery: never both live and dead, never neither.
   */
  long redrive(Query query);

  /** Removes dead letters that match. */
  long discard(Query query);

  /**
   * Removes a queue's subscriptions, deliveries, dead letters and archive, and touches no other
   * queue.
   *
   * @return whether there was anything
   */
  boolean deleteQueue(String queue);
}
