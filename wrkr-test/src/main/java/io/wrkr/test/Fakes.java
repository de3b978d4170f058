package io.wrkr.test;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Troubles that a test asks for, each once and in the order asked for: what is to happen to the
 * next publish, to the next claim or delivery of a queue. Thread-safe.
 */
public final class Fakes {
  private final Map<Place, Deque<Fake>> asked = new HashMap<>();
  private @Nullable Random order;

  /** Where a fake is waited for. */
  enum Call {
    PUBLISH,
    CLAIM,
    SETTLE
  }

  /** What is to happen. */
  enum Fake {
    FAIL,
    LOSE_ANSWER,
    CRASH,
    DUPLICATE
  }

  private record Place(Call call, String queue) {}

  Fakes() {}

  /** The next publish throws {@link io.wrkr.BackendUnavailableException}: nothing was stored. */
  public Fakes failNextPublish() {
    return ask(Call.PUBLISH, "", Fake.FAIL);
  }

  /** The next publish is stored, but the answer is lost: the bus repeats it by itself. */
  public Fakes loseNextPublishAnswer() {
    return ask(Call.PUBLISH, "", Fake.LOSE_ANSWER);
  }

  /** The next claim of the queue fails: the bus tries again a moment later. */
  public Fakes failNextClaim(String queue) {
    return ask(Call.CLAIM, queue, Fake.FAIL);
  }

  /** The next settlement of the queue fails: the bus tries again a moment later. */
  public Fakes failNextSettle(String queue) {
    return ask(Call.SETTLE, queue, Fake.FAIL);
  }

  /**
   * The worker of the queue dies with what it claims next, before a handler sees it. The leases
   * remain: it comes back when they end, one attempt counted.
   */
  public Fakes crashBeforeHandling(String queue) {
    return ask(Call.CLAIM, queue, Fake.CRASH);
  }

  /**
   * The worker of the queue dies between the next return of a handler and the ack. The lease
   * remains: the delivery comes back when it ends, and is handled a second time.
   */
  public Fakes crashAfterHandling(String queue) {
    return ask(Call.SETTLE, queue, Fake.CRASH);
  }

  /** The next delivery of the queue that is acked comes once more, at once. */
  public Fakes duplicateNext(String queue) {
    return ask(Call.SETTLE, queue, Fake.DUPLICATE);
  }

  /**
   * From now on handlers get what is due at the same time in an order of chance, the same for the
   * same seed. Ordered queues keep the order of each tid.
   */
  public synchronized Fakes reorder(long seed) {
    order = new Random(seed);
    return this;
  }

  private synchronized Fakes ask(Call call, String queue, Fake fake) {
    asked.computeIfAbsent(new Place(call, queue), place -> new ArrayDeque<>()).add(fake);
    return this;
  }

  /** Takes the next fake asked for at this place, if there is one. */
  synchronized @Nullable Fake take(Call call, String queue) {
    Deque<Fake> waiting = asked.get(new Place(call, queue));
    return waiting == null ? null : waiting.poll();
  }

  /** Takes the next fake asked for at this place, if it is this one. */
  synchronized boolean take(Call call, String queue, Fake fake) {
    Deque<Fake> waiting = asked.get(new Place(call, queue));
    return waiting != null && waiting.peek() == fake && waiting.poll() != null;
  }

  synchronized void shuffle(List<?> list) {
    if (order != null) {
      Collections.shuffle(list, order);
    }
  }
}
