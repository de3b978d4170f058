package io.wrkr;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Natural batching: the first caller goes alone, whoever arrives meanwhile forms the next batch. No
 * timer, so nothing is added when idle; one flush per batch when busy. Thread-safe.
 *
 * <p>Callers flush on their own threads: one that finds a place free leads a flush of what is
 * queued, and hands its place to the first still waiting. Beside a flush the other places are for
 * large ones only: eight threads that publish single events share one commit rather than have four
 * at once. A flush that fails is repeated call by call, so that a caller sees only its own failure.
 */
final class Batching<T, R> {
  /**
   * How many items make a flush worth another trip beside one that is on its way. One item costs a
   * store's commit as much as a few dozen do.
   */
  static final int WORTH_A_TRIP = 32;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final int parallel;
  private final int maxBatch;
  private final Function<List<T>, List<R>> flush;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Call<T, R>> waiting = new ArrayDeque<>();
  private int waitingItems;
  private int flushing;

  /** A caller's items; the answer is the results, a failure, or null: lead the next flush. */
  private static final class Call<T, R> {
    final List<T> items;
    final CompletableFuture<@Nullable List<R>> answer = new CompletableFuture<>();

    Call(List<T> items) {
      this.items = items;
    }
  }

  Batching(int parallel, int maxBatch, Function<List<T>, List<R>> flush) {
    this.parallel = parallel;
    this.maxBatch = maxBatch;
    this.flush = flush;
  }

  /** Flushes the items, at most the largest batch, and returns their results in order. */
  List<R> call(List<T> items) {
    Call<T, R> own = enqueue(items);
    if (own == null) {
      return lead(new Call<>(items));
    }
    List<R> results = await(own);
    return results != null ? results : lead(new Call<>(items));
  }

  /** Queues the call, or returns null when it leads a flush at once. */
  private @Nullable Call<T, R> enqueue(List<T> items) {
    lock.lock();
    try {
      if (mayBegin(items.size())) {
        flushing++;
        return null;
      }
      Call<T, R> call = new Call<>(items);
      waiting.add(call);
      waitingItems += items.size();
      return call;
    } finally {
      lock.unlock();
    }
  }

  /** While calls wait there is a flush, so that what is not worth its own trip joins the next. */
  private boolean mayBegin(int more) {
    return flushing == 0 || (flushing < parallel && waitingItems + more >= WORTH_A_TRIP);
  }

  private List<R> lead(Call<T, R> own) {
    try {
      answer(drain(own));
    } finally {
      handOver();
    }
    List<R> results = await(own);
    return results == null ? List.of() : results;
  }

  private List<Call<T, R>> drain(Call<T, R> own) {
    List<Call<T, R>> batch = new ArrayList<>();
    batch.add(own);
    int size = own.items.size();
    lock.lock();
    try {
      for (Call<T, R> next = waiting.peek();
          next != null && size + next.items.size() <= maxBatch;
          next = waiting.peek()) {
        batch.add(waiting.remove());
        size += next.items.size();
        waitingItems -= next.items.size();
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  private void answer(List<Call<T, R>> batch) {
    if (batch.size() == 1) {
      answerAlone(batch.get(0));
      return;
    }
    List<T> items = new ArrayList<>();
    batch.forEach(call -> items.addAll(call.items));
    List<R> results;
    try {
      results = flush.apply(items);
    } catch (BackendException e) {
      batch.forEach(call -> answerShared(call, e));
      return;
    } catch (Throwable e) {
      batch.forEach(call -> call.answer.completeExceptionally(e));
      return;
    }
    int from = 0;
    for (Call<T, R> call : batch) {
      call.answer.complete(List.copyOf(results.subList(from, from + call.items.size())));
      from += call.items.size();
    }
  }

  /** A refusal may be one neighbour's fault; an outage, already waited for, is everybody's. */
  private void answerShared(Call<T, R> call, BackendException shared) {
    if (shared.outcome() == BackendException.Outcome.FATAL) {
      answerAlone(call);
    } else {
      call.answer.completeExceptionally(shared);
    }
  }

  private void answerAlone(Call<T, R> call) {
    try {
      call.answer.complete(flush.apply(call.items));
    } catch (Throwable failure) {
      call.answer.completeExceptionally(failure);
    }
  }

  private void handOver() {
    lock.lock();
    try {
      flushing--;
      Call<T, R> next = mayBegin(0) ? waiting.poll() : null;
      if (next != null) {
        flushing++;
        waitingItems -= next.items.size();
        // Under the lock: whoever gives up waiting finds itself here or with an answer.
        next.answer.complete(null);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the answer; an interrupt is kept for later, since the flush goes on regardless. */
  private @Nullable List<R> await(Call<T, R> call) {
    if (!Uninterrupted.await(LONGEST_WAIT, nanos -> isDone(call.answer, nanos))) {
      boolean unsent = withdraw(call);
      if (unsent || !call.answer.isDone()) {
        throw new BackendException(
            unsent ? Outcome.FAILED : Outcome.UNKNOWN,
            "the store gave no answer for " + LONGEST_WAIT.toSeconds() + " s",
            null);
      }
    }
    try {
      return call.answer.join();
    } catch (CompletionException e) {
      throw Failures.unchecked(e.getCause() == null ? e : e.getCause());
    }
  }

  int waitingCalls() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private boolean withdraw(Call<T, R> call) {
    lock.lock();
    try {
      boolean removed = waiting.remove(call);
      waitingItems -= removed ? call.items.size() : 0;
      return removed;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isDone(CompletableFuture<?> answer, long nanos)
      throws InterruptedException {
    try {
      answer.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
