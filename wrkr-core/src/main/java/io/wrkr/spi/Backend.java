package io.wrkr.spi;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import java.time.Duration;
import java.util.List;

/**
 * A store of subscriptions and deliveries: all that a database or broker has to provide.
 *
 * <p>Everything that is not storage (matching order, ids, encoding, validation, batching, retry
 * policy, waiting, telemetry) is done by the core. A backend adds further abilities by implementing
 * the facets {@link Inspector}, {@link Wakeups}, {@link Clocked}; the core finds them by {@code
 * instanceof}, once.
 *
 * <p><b>One due instant.</b> A delivery has one instant that is its delay, its retry time and the
 * end of its lease. It is <i>ready</i> when that instant is not after the store's now. A claim
 * moves it to now + lease, raises token and attempt; a retry moves it to the retry time; an ack
 * ends the delivery. An expired lease is therefore simply due again. (A store may keep the end of
 * the lease in a field of its own, as long as it answers as if there were one.)
 *
 * <p><b>Clock.</b> Only the store's clock judges what is due and which lease has ended; no method
 * takes the caller's now.
 *
 * <p><b>Concurrency.</b> Every method may be called by any number of threads and processes at once.
 *
 * <p><b>Blocking.</b> No method waits for an event to arrive; each answers, or fails, within the
 * backend's own time limits (30 seconds at most).
 *
 * <p><b>Failures.</b> Methods throw {@link BackendException} and never retry, sleep or swallow. Its
 * outcome says whether the call certainly did nothing ({@code FAILED}), may have happened ({@code
 * UNKNOWN}), or cannot succeed without a person ({@code FATAL}). After {@link #close} every method
 * but {@code close} and {@code capabilities} throws {@link IllegalStateException}.
 */
public interface Backend extends AutoCloseable {

  /** Returns what this backend can do; constant for its lifetime, answered without I/O. */
  Capabilities capabilities();

  /**
   * Stores a subscription durably; a known one is left as it is.
   *
   * <p>Linearizable: every {@link #publish} that begins, in any process, after this method returned
   * reaches the queue. No cache with a time limit may stand between.
   *
   * @param ordered whether the queue hands out the deliveries of one tid one at a time and in
   *     order. Sticky: once a queue is ordered it stays so until it is deleted.
   */
  void subscribe(Subscription subscription, boolean ordered);

  /**
   * Removes a subscription; deliveries already made stay. A publish that begins later makes none.
   *
   * @return whether the subscription existed
   */
  boolean unsubscribe(Subscription subscription);

  /** Returns all subscriptions, sorted by queue, then pattern. */
  List<Subscription> subscriptions();

  /**
   * Makes one delivery per event and queue with a matching pattern ({@link Pattern#matches}),
   * durable when this method returns.
   *
   * <p>The fan-out of one event is all or nothing; with {@link Capability#ATOMIC_BATCH} the whole
   * list is. Idempotent by (event id, queue): where a delivery of that id lives, or ended less than
   * the event's dedupe window ago, none is made. An event without a matching subscription stores
   * nothing. A due instant is rounded up to the store's precision, never down.
   *
   * @param events at most {@link Capabilities#maxBatch}, in publish order: the order in which
   *     deliveries with the same due instant are claimed
   * @return one receipt per event, in the order given; {@code duplicate} is true when at least one
   *     queue matched and no delivery was made
   */
  List<Receipt> publish(List<OutgoingEvent> events);

  /**
   * Takes up to {@code max} ready deliveries of one queue, by due instant, then publish order, each
   * under a fresh token and with its attempt raised by one.
   *
   * <p>On an ordered queue, of the deliveries of one tid only the first by (original due instant,
   * publish order) among those that have come due may be taken; while it is leased, waits for a
   * retry, or is a dead letter, its followers are not handed out. One that has begun (was claimed
   * before) goes before all others of its tid.
   *
   * <p>If the outcome is unknown the deliveries come back when the lease ends, one attempt counted.
   */
  Claims claim(ClaimRequest request);

  /**
   * Moves the end of each lease that is still held to now + {@code lease}. A lease whose time has
   * passed but that nobody else has claimed is still held.
   *
   * @return those still held; a lost lease is an answer, never an exception
   */
  List<Lease> extend(List<Lease> leases, Duration lease);

  /**
   * Ends claims, each guarded by its token: a stale one is refused and changes nothing. A settle
   * after the lease's end counts while nobody else has claimed the delivery.
   *
   * <p>Each settlement is atomic, follow-ups included; the list as a whole need not be. Repeating a
   * call of unknown outcome is harmless: what was applied is then refused.
   *
   * @return the leases that were refused
   */
  List<Lease> settle(List<Settlement> settlements);

  /**
   * Removes what retention allows: archived deliveries past their time, dedupe records past their
   * window. Deliveries that live and dead letters are never touched.
   *
   * @param max the most records to remove in this call
   * @return the number removed; less than {@code max} when nothing is left to remove
   */
  int prune(int max);

  /**
   * Releases connections and threads. Idempotent; may be called while other threads are inside
   * other methods, which then return or throw soon: {@link IllegalStateException} only if they
   * certainly did nothing, else {@link BackendException} of an unknown outcome.
   */
  @Override
  void close();
}
