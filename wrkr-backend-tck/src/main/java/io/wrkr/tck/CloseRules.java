package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said of calls that are under way while their instance is closed. */
@Needs(Capability.SHARED)
abstract class CloseRules extends SpiScenario {
  private static final int ROUNDS = 5;
  private static final int THREADS = 4;

  /** A thread's calls in one round. */
  private static final int CALLS = 10;

  private static final int ALL_CALLS = ROUNDS * THREADS * CALLS;

  /** The numbers of the calls that returned. */
  private final Set<Integer> done = ConcurrentHashMap.newKeySet();

  /** The numbers of those that failed, but for an unknown outcome. */
  private final Set<Integer> refused = ConcurrentHashMap.newKeySet();

  @Test
  @Rule("LIFE-3")
  @Rule("LIFE-8")
  void what_a_publish_that_meets_the_close_says_is_so() {
    subscribe("q", "a");
    List<Draft> events = IntStream.range(0, ALL_CALLS).mapToObj(CloseRules::draft).toList();

    meetCloses((closed, number) -> closed.publish(outgoing(List.of(events.get(number)))));

    Set<String> stored = new HashSet<>();
    for (List<String> ids = claimIds("q"); !ids.isEmpty(); ids = claimIds("q")) {
      stored.addAll(ids);
    }
    assertThat(done).allMatch(number -> stored.contains(events.get(number).event().id()));
    assertThat(refused).noneMatch(number -> stored.contains(events.get(number).event().id()));
  }

  /** Every other one with an id of its own, since a broker treats the two differently. */
  private static Draft draft(int number) {
    return number % 2 == 0 ? event("a") : event("a").id("given-" + number);
  }

  @Test
  @Rule("LIFE-3")
  @Rule("LIFE-8")
  void what_an_ack_that_meets_the_close_says_is_so() {
    subscribe("q", "a");
    publish(events("a", "", ALL_CALLS));
    List<ClaimedDelivery> claimed = claimAll("q");

    meetCloses((closed, number) -> closed.settle(List.of(ackOf(claimed.get(number)))));

    assertThat(held(claimed, done)).isEmpty();
    assertThat(held(claimed, refused)).hasSize(refused.size());
  }

  private List<Lease> held(List<ClaimedDelivery> claimed, Set<Integer> numbers) {
    return backend.extend(numbers.stream().map(i -> claimed.get(i).lease()).toList(), LEASE);
  }

  /** A call of the instance that is closed, by its number. */
  private interface Call {
    void on(Backend closed, int number);
  }

  /** Closes an instance while threads call it, again and again. */
  private void meetCloses(Call call) {
    for (int round = 0; round < ROUNDS; round++) {
      Backend closed = another();
      int first = round * THREADS * CALLS;
      CountDownLatch under = new CountDownLatch(2 * THREADS);
      Race.of(
          THREADS + 1,
          thread -> {
            if (thread == THREADS) {
              Await.signal(under);
              closed.close();
              return true;
            }
            int from = first + thread * CALLS;
            return callUntilClosed(from, under, number -> call.on(closed, number));
          });
    }
  }

  private boolean callUntilClosed(int from, CountDownLatch under, IntConsumer call) {
    int number = from;
    while (number < from + CALLS && isDone(number, call)) {
      under.countDown();
      number++;
    }
    return true;
  }

  private boolean isDone(int number, IntConsumer call) {
    try {
      call.accept(number);
      done.add(number);
      return true;
    } catch (IllegalStateException e) {
      refused.add(number);
    } catch (BackendException e) {
      if (e.outcome() != Outcome.UNKNOWN) {
        refused.add(number);
      }
    }
    return false;
  }
}
