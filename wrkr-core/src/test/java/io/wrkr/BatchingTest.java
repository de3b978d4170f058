package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchingTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<List<Integer>> flushes = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch firstFlushBegan = new CountDownLatch(1);
  private final Semaphore mayFlush = new Semaphore(0);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void lone_caller_flushes_at_once_on_its_own_thread() {
    Batching<Integer, Integer> batching = new Batching<>(1, 100, this::record);

    assertThat(batching.call(List.of(1, 2))).containsExactly(10, 20);
    assertThat(flushes).containsExactly(List.of(1, 2));
  }

  @Test
  void whoever_arrives_during_a_flush_forms_the_next() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(1, 100, this::heldBack);
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);

    List<Future<List<Integer>>> others = submit(batching, 2, 21);
    awaitWaiting(batching, 20);
    mayFlush.release(1000);

    assertThat(first.get(10, TimeUnit.SECONDS)).containsExactly(10);
    for (int i = 0; i < others.size(); i++) {
      assertThat(others.get(i).get(10, TimeUnit.SECONDS)).containsExactly((i + 2) * 10);
    }
    assertThat(flushes).hasSize(2);
    assertThat(flushes.get(1)).hasSize(20);
  }

  @Test
  void few_items_join_the_next_flush_though_a_place_is_free() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(4, 100, this::heldBack);
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);

    List<Future<List<Integer>>> others = submit(batching, 2, 8);
    mayFlush.release(1000);

    first.get(10, TimeUnit.SECONDS);
    for (Future<List<Integer>> other : others) {
      other.get(10, TimeUnit.SECONDS);
    }
    assertThat(flushes).hasSize(2);
    assertThat(flushes.get(1)).hasSize(7);
  }

  @Test
  void as_many_as_are_worth_a_trip_are_flushed_beside_another() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(2, 100, this::heldBack);
    threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);
    List<Future<List<Integer>>> few = submit(batching, 2, Batching.WORTH_A_TRIP);

    Future<List<Integer>> last = threads.submit(() -> batching.call(List.of(0)));
    awaitWaiting(batching, 0);
    mayFlush.release(1000);

    assertThat(last.get(10, TimeUnit.SECONDS)).containsExactly(0);
    for (Future<List<Integer>> call : few) {
      call.get(10, TimeUnit.SECONDS);
    }
    assertThat(flushes).anyMatch(flush -> flush.size() == Batching.WORTH_A_TRIP);
  }

  @Test
  void place_of_a_large_flush_is_not_handed_to_a_few_items() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(2, 100, this::heldBack);
    List<Integer> many = IntStream.range(100, 100 + Batching.WORTH_A_TRIP).boxed().toList();
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);
    Future<List<Integer>> large = threads.submit(() -> batching.call(many));
    assertThat(
            SystemStage.INSTANCE.until(
                Duration.ofSeconds(10), () -> mayFlush.getQueueLength() == 2))
        .isTrue();
    List<Future<List<Integer>>> few = submit(batching, 2, 4);

    mayFlush.release();
    assertThat(
            SystemStage.INSTANCE.until(
                Duration.ofSeconds(10), () -> first.isDone() || large.isDone()))
        .isTrue();
    assertThat(batching.waitingCalls()).isEqualTo(3);
    mayFlush.release(1000);

    for (Future<List<Integer>> call : few) {
      call.get(10, TimeUnit.SECONDS);
    }
    assertThat(flushes).hasSize(3);
  }

  @Test
  void batch_stays_within_its_bound() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(1, 8, this::heldBack);
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);

    List<Future<List<Integer>>> others = submit(batching, 2, 21);
    awaitWaiting(batching, 20);
    mayFlush.release(1000);

    first.get(10, TimeUnit.SECONDS);
    for (Future<List<Integer>> other : others) {
      other.get(10, TimeUnit.SECONDS);
    }
    assertThat(flushes).allMatch(flush -> flush.size() <= 8).hasSize(4);
  }

  @Test
  void refusal_of_a_shared_batch_reaches_only_the_caller_that_caused_it() throws Exception {
    Batching<Integer, Integer> batching =
        new Batching<>(
            1,
            100,
            items -> {
              List<Integer> results = heldBack(items);
              if (items.contains(5)) {
                throw new BackendException(Outcome.FATAL, "five is refused", null);
              }
              return results;
            });
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);

    List<Future<List<Integer>>> others = submit(batching, 2, 8);
    awaitWaiting(batching, 7);
    mayFlush.release(1000);

    first.get(10, TimeUnit.SECONDS);
    for (int i = 2; i <= 8; i++) {
      Future<List<Integer>> call = others.get(i - 2);
      if (i == 5) {
        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).hasMessageContaining("five");
      } else {
        assertThat(call.get(10, TimeUnit.SECONDS)).containsExactly(i * 10);
      }
    }
  }

  @Test
  void outage_during_a_shared_batch_is_told_to_all_without_trying_each() throws Exception {
    Batching<Integer, Integer> batching =
        new Batching<>(
            1,
            100,
            items -> {
              List<Integer> results = heldBack(items);
              if (items.size() > 1) {
                throw new BackendException(Outcome.UNKNOWN, "gone", null);
              }
              return results;
            });
    Future<List<Integer>> first = threads.submit(() -> batching.call(List.of(1)));
    firstFlushBegan.await(10, TimeUnit.SECONDS);
    List<Future<List<Integer>>> others = submit(batching, 2, 8);
    awaitWaiting(batching, 7);
    mayFlush.release(1000);

    first.get(10, TimeUnit.SECONDS);
    for (Future<List<Integer>> other : others) {
      assertThatThrownBy(() -> other.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(BackendException.class);
    }
    assertThat(flushes).hasSize(2);
  }

  @Test
  void flush_that_throws_an_error_frees_its_place() {
    Batching<Integer, Integer> batching =
        new Batching<>(
            1,
            100,
            items -> {
              if (items.contains(1)) {
                throw new StackOverflowError();
              }
              return record(items);
            });

    assertThatThrownBy(() -> batching.call(List.of(1))).isInstanceOf(StackOverflowError.class);
    assertThat(batching.call(List.of(2))).containsExactly(20);
  }

  @Test
  void many_callers_at_once_each_get_their_own_results() throws Exception {
    Batching<Integer, Integer> batching = new Batching<>(2, 50, this::record);

    List<Future<List<Integer>>> calls = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      int from = thread * 1000;
      calls.add(
          threads.submit(
              () ->
                  IntStream.range(from, from + 1000)
                      .mapToObj(i -> batching.call(List.of(i)).get(0))
                      .toList()));
    }

    for (int thread = 0; thread < 16; thread++) {
      int from = thread * 1000;
      assertThat(calls.get(thread).get(30, TimeUnit.SECONDS))
          .isEqualTo(IntStream.range(from, from + 1000).mapToObj(i -> i * 10).toList());
    }
  }

  private List<Future<List<Integer>>> submit(
      Batching<Integer, Integer> batching, int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(
            i -> {
              Future<List<Integer>> call = threads.submit(() -> batching.call(List.of(i)));
              awaitWaiting(batching, i - from + 1);
              return call;
            })
        .toList();
  }

  private static void awaitWaiting(Batching<?, ?> batching, int count) {
    assertThat(
            SystemStage.INSTANCE.until(
                Duration.ofSeconds(10), () -> batching.waitingCalls() == count))
        .isTrue();
  }

  private List<Integer> heldBack(List<Integer> items) {
    firstFlushBegan.countDown();
    mayFlush.acquireUninterruptibly();
    return record(items);
  }

  private List<Integer> record(List<Integer> items) {
    flushes.add(List.copyOf(items));
    Function<Integer, Integer> tenfold = i -> i * 10;
    return items.stream().map(tenfold).toList();
  }
}
