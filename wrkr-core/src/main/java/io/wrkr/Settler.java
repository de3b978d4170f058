package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends claims in batches on one thread: what arrives during one call forms the next. Thread-safe.
 *
 * <p>A batch that fails is tried again, smaller each time so that one bad settlement cannot hold up
 * its neighbours, until {@link #PATIENCE} has passed; then it is reported as not confirmed and the
 * lease runs out. A refusal after a try whose answer was lost is reported as unknown, for it may be
 * the first try that counted.
 */
final class Settler {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long FIRST_PAUSE = 10_000_000L;
  private static final long LONGEST_PAUSE = 500_000_000L;

  /** How a settlement ended. */
  enum Result {
    CONFIRMED,
    REFUSED,
    FAILED,
    UNKNOWN
  }

  /** A settlement on its way, and who is to be told. */
  private static final class Item {
    private final Settlement settlement;
    private final BiConsumer<Result, @Nullable Throwable> told;
    private final long since;
    private boolean unknown;

    Item(long since, Settlement settlement, BiConsumer<Result, @Nullable Throwable> told) {
      this.since = since;
      this.settlement = settlement;
      this.told = told;
    }
  }

  private final Backend backend;
  private final int maxBatch;
  private final ConcurrentLinkedDeque<Item> queue = new ConcurrentLinkedDeque<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final Stage stage;
  private final Stage.Role role;
  private int limit;
  private long pause = FIRST_PAUSE;

  Settler(Backend backend, Stage stage) {
    this.backend = backend;
    this.maxBatch = backend.capabilities().maxBatch();
    this.limit = maxBatch;
    this.stage = stage;
    this.role = stage.role("wrkr-settler", false, this::runOnce);
    role.start();
  }

  /** Takes a settlement on its way; {@code told} is called on the settler's thread. */
  void submit(Settlement settlement, BiConsumer<Result, @Nullable Throwable> told) {
    pending.incrementAndGet();
    queue.add(new Item(stage.nanos(), settlement, told));
    role.wake();
  }

  /** Waits for the answer to a settlement; an interrupt is kept for later. */
  Supplier<Boolean> await(CompletableFuture<Supplier<Boolean>> answer) {
    Duration limit = PATIENCE.multipliedBy(4);
    if (!stage.await(answer, limit)) {
      throw new OutcomeUnknownException(
          "The store gave no answer to a settlement for " + limit, List.of(), null);
    }
    return answer.join();
  }

  /** Returns what a settlement's caller gets, or throws it. */
  static boolean answer(String delivery, Result result, @Nullable Throwable failure) {
    return switch (result) {
      case CONFIRMED -> true;
      case REFUSED -> false;
      case FAILED ->
          throw new BackendUnavailableException(
              "Settling " + delivery + " did not happen; it comes back after its lease", failure);
      case UNKNOWN ->
          throw new OutcomeUnknownException(
              "Settling "
                  + delivery
                  + " may or may not have happened; if not, it comes back after"
                  + " its lease",
              List.of(),
              failure);
    };
  }

  static void tell(
      WrkrListener listener,
      DeliveryTask task,
      WrkrListener.Outcome outcome,
      Result result,
      @Nullable Throwable failure) {
    switch (result) {
      case CONFIRMED -> listener.settled(task, outcome);
      case REFUSED -> listener.refused(task, outcome);
      default ->
          listener.unconfirmed(
              task, outcome, failure == null ? new IllegalStateException("answer lost") : failure);
    }
  }

  private long runOnce() {
    List<Item> batch = new ArrayList<>();
    for (Item item = poll(batch); item != null; item = poll(batch)) {
      batch.add(item);
    }
    if (batch.isEmpty()) {
      return Stage.idle(Duration.ofSeconds(1).toNanos());
    }
    try {
      settle(batch);
      limit = Math.min(maxBatch, 2 * limit);
      pause = FIRST_PAUSE;
      return 0;
    } catch (BackendException e) {
      return failed(batch, e);
    } catch (Throwable e) {
      return failed(batch, new BackendException(Outcome.UNKNOWN, Failures.summary(e), e));
    }
  }

  private @Nullable Item poll(List<Item> batch) {
    return batch.size() < limit ? queue.poll() : null;
  }

  private void settle(List<Item> batch) {
    Set<Lease> refused =
        new HashSet<>(backend.settle(batch.stream().map(item -> item.settlement).toList()));
    for (Item item : batch) {
      boolean accepted = refused.isEmpty() || !refused.contains(item.settlement.lease());
      tell(
          item, accepted ? Result.CONFIRMED : item.unknown ? Result.UNKNOWN : Result.REFUSED, null);
    }
  }

  /** Puts back what may be tried again, in its order, and reports the rest. */
  private long failed(List<Item> batch, BackendException e) {
    boolean alone = batch.size() == 1;
    limit = Math.max(1, batch.size() / 4);
    long now = stage.nanos();
    for (int i = batch.size() - 1; i >= 0; i--) {
      Item item = batch.get(i);
      item.unknown |= e.outcome() == Outcome.UNKNOWN;
      boolean hopeless = alone && e.outcome() == Outcome.FATAL;
      if (hopeless || now - item.since > PATIENCE.toNanos()) {
        tell(item, item.unknown ? Result.UNKNOWN : Result.FAILED, e);
      } else {
        queue.addFirst(item);
      }
    }
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    return alone ? pause : 1;
  }

  private void tell(Item item, Result result, @Nullable Throwable failure) {
    pending.decrementAndGet();
    item.told.accept(result, failure);
  }

  /** Ends the thread once nothing is pending, waiting at most this long. */
  boolean close(Duration limit) {
    boolean settled = stage.until(limit, () -> pending.get() == 0);
    return role.stop(limit) && settled;
  }
}
