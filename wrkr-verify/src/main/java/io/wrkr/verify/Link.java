package io.wrkr.verify;

import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.verify.Faults.Fate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A simulated process's connection to the store: request delay, apply, answer delay, and whatever
 * may go wrong in between. Records each call as the process sees it.
 */
final class Link {
  /** What came back: an answer, or else an exception. */
  record Answer<T>(@Nullable T value, @Nullable BackendException failure) {}

  private final EventLoop loop;
  private final InstantSource storeClock;
  private final Backend store;
  private final Faults faults;
  private final Host host;
  private final Recorder recorder;
  private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);

  Link(EventLoop loop, Backend store, Faults faults, Host host, Recorder recorder) {
    this.loop = loop;
    this.storeClock = loop.storeClock();
    this.store = store;
    this.faults = faults;
    this.host = host;
    this.recorder = recorder;
  }

  /** Returns how often each fate was met. */
  Map<Fate, Integer> fates() {
    return fates;
  }

  void subscribe(Subscription subscription, boolean ordered, Consumer<Answer<Boolean>> then) {
    Supplier<Boolean> apply =
        () -> {
          store.subscribe(subscription, ordered);
          return true;
        };
    send(yesOrNo(Op.SUB, () -> recorder.subscribing(Op.SUB, subscription), apply), then);
  }

  void unsubscribe(Subscription subscription, Consumer<Answer<Boolean>> then) {
    Supplier<Boolean> apply = () -> store.unsubscribe(subscription);
    send(yesOrNo(Op.UNSUB, () -> recorder.subscribing(Op.UNSUB, subscription), apply), then);
  }

  void publish(List<OutgoingEvent> events, Consumer<Answer<List<Receipt>>> then) {
    boolean atomic = store.capabilities().has(Capability.ATOMIC_BATCH);
    int half = events.size() / 2;
    send(
        new Call<>(
            Op.PUB,
            () -> recorder.publishing(events, atomic),
            () -> store.publish(events),
            atomic || half == 0 ? null : () -> store.publish(events.subList(0, half)),
            (seq, receipts, at) -> recorder.published(seq, events, receipts),
            (seq, outcome) -> recorder.ended(Op.PUB, seq, events.size(), outcome)),
        then);
  }

  void claim(ClaimRequest request, Consumer<Answer<Claims>> then) {
    send(
        new Call<>(
            Op.CLAIM,
            () -> recorder.claiming(request),
            () -> store.claim(request),
            null,
            (seq, claims, at) -> recorder.claimed(seq, claims.deliveries(), at),
            (seq, outcome) -> recorder.ended(Op.CLAIM, seq, 1, outcome)),
        then);
  }

  void extend(List<Lease> leases, Duration lease, Consumer<Answer<List<Lease>>> then) {
    int half = leases.size() / 2;
    send(
        new Call<>(
            Op.EXTEND,
            () -> recorder.extending(leases, lease),
            () -> store.extend(leases, lease),
            half == 0 ? null : () -> store.extend(leases.subList(0, half), lease),
            (seq, held, at) -> recorder.extended(seq, leases, held),
            (seq, outcome) -> recorder.ended(Op.EXTEND, seq, leases.size(), outcome)),
        then);
  }

  void settle(List<Settlement> settlements, Consumer<Answer<List<Lease>>> then) {
    int half = settlements.size() / 2;
    send(
        new Call<>(
            Op.ACK,
            () -> recorder.settling(settlements),
            () -> store.settle(settlements),
            half == 0 ? null : () -> store.settle(settlements.subList(0, half)),
            (seq, refused, at) -> recorder.settled(seq, settlements, refused),
            (seq, outcome) -> recorder.settlingEnded(seq, settlements, outcome)),
        then);
  }

  void prune(int max, Consumer<Answer<Integer>> then) {
    send(
        new Call<>(
            Op.PRUNE,
            recorder::pruning,
            () -> store.prune(max),
            null,
            (seq, removed, at) -> recorder.pruned(seq, removed < max),
            (seq, outcome) -> recorder.ended(Op.PRUNE, seq, 1, outcome)),
        then);
  }

  void cancel(Query query, Consumer<Answer<Boolean>> then) {
    change(Op.CANCEL, query, 0, () -> inspector().cancel(query) > 0, then);
  }

  void reschedule(Query query, Instant due, Consumer<Answer<Boolean>> then) {
    Supplier<Boolean> apply = () -> inspector().reschedule(query, due) > 0;
    change(Op.RESCHEDULE, query, Recorder.micros(due), apply, then);
  }

  void redrive(Query query, Consumer<Answer<Boolean>> then) {
    change(Op.REDRIVE, query, 0, () -> inspector().redrive(query) > 0, then);
  }

  void discard(Query query, Consumer<Answer<Boolean>> then) {
    change(Op.DISCARD, query, 0, () -> inspector().discard(query) > 0, then);
  }

  /** Reads the counts: never refused nor lost, since nothing would be recorded. */
  void stats() {
    long begun = recorder.now();
    loop.after(
        faults.delay(),
        () -> {
          var stats = inspector().stats();
          host.after(faults.delay(), () -> recorder.counted(begun, stats));
        });
  }

  private void change(
      Op op, Query query, long due, Supplier<Boolean> apply, Consumer<Answer<Boolean>> then) {
    send(yesOrNo(op, () -> recorder.changing(op, query, due), apply), then);
  }

  private Call<Boolean> yesOrNo(Op op, LongSupplier begin, Supplier<Boolean> apply) {
    return new Call<>(
        op,
        begin,
        apply,
        null,
        (seq, yes, at) -> recorder.complete(op, seq, yes),
        (seq, outcome) -> recorder.ended(op, seq, 1, outcome));
  }

  private Inspector inspector() {
    return (Inspector) store;
  }

  private <T> void send(Call<T> call, Consumer<Answer<T>> then) {
    Fate drawn = faults.fate();
    Fate fate = drawn == Fate.HALF && call.half() == null ? Fate.ANSWER_LOST : drawn;
    fates.merge(fate, 1, Integer::sum);
    loop.note(call.op().ordinal() * 31L + fate.ordinal());
    long seq = call.begin().getAsLong();
    switch (fate) {
      case DONE -> loop.after(faults.delay(), () -> answer(call, seq, then));
      case REFUSED -> fail(call, seq, Outcome.FAIL, faults.delay(), then);
      case REQUEST_LOST -> fail(call, seq, Outcome.INFO, faults.timeout(), then);
      case ANSWER_LOST -> {
        loop.after(faults.delay(), () -> applyUnanswered(call));
        fail(call, seq, Outcome.INFO, faults.timeout(), then);
      }
      case LATE -> {
        loop.after(2 * faults.timeout(), () -> applyUnanswered(call));
        fail(call, seq, Outcome.INFO, faults.timeout(), then);
      }
      case TWICE -> {
        recordDouble(call);
        loop.after(faults.delay(), () -> answer(call, seq, then));
        loop.after(faults.timeout(), () -> applyUnanswered(call));
      }
      case HALF -> {
        loop.after(faults.delay(), Objects.requireNonNull(call.half()));
        fail(call, seq, Outcome.INFO, faults.timeout(), then);
      }
    }
  }

  private static <T> void applyUnanswered(Call<T> call) {
    T unused = call.apply().get();
  }

  /** Writes the second request as a call of its own that nobody gets an answer to. */
  private static void recordDouble(Call<?> call) {
    long unused = call.begin().getAsLong();
  }

  private <T> void answer(Call<T> call, long seq, Consumer<Answer<T>> then) {
    T value = call.apply().get();
    long at = Recorder.micros(storeClock.instant());
    host.after(
        faults.delay(),
        () -> {
          call.ok().complete(seq, value, at);
          then.accept(new Answer<>(value, null));
        });
  }

  private <T> void fail(
      Call<T> call, long seq, Outcome outcome, long after, Consumer<Answer<T>> then) {
    host.after(
        after,
        () -> {
          call.ended().end(seq, outcome);
          boolean failed = outcome == Outcome.FAIL;
          then.accept(
              new Answer<>(
                  null,
                  new BackendException(
                      failed ? BackendException.Outcome.FAILED : BackendException.Outcome.UNKNOWN,
                      "simulated",
                      null)));
        });
  }
}
