package io.wrkr.verify;

import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes every call of a backend to a journal, as its caller sees it.
 *
 * <p>A {@link BackendException} that says "failed" or "fatal" is recorded as certainly not done;
 * everything else that is thrown as unknown. Of the facets the decorated backend has exactly those
 * of the original. Thread-safe if the original is.
 */
final class RecordingBackend implements Backend, Inspector {
  private final Backend backend;
  private final Recorder recorder;

  private RecordingBackend(Backend backend, Recorder recorder) {
    this.backend = backend;
    this.recorder = recorder;
  }

  /** Returns a backend that does what the given one does, with the same facets, and records it. */
  static Backend around(Backend backend, Recorder recorder) {
    RecordingBackend recording = new RecordingBackend(backend, recorder);
    Class<?>[] facets = facets(backend.getClass()).toArray(Class<?>[]::new);
    return (Backend)
        Proxy.newProxyInstance(
            RecordingBackend.class.getClassLoader(),
            facets,
            (proxy, method, arguments) -> {
              Object target = isRecorded(method) ? recording : backend;
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static boolean isRecorded(Method method) {
    return method.getDeclaringClass() == Backend.class
        || method.getDeclaringClass() == Inspector.class;
  }

  static Set<Class<?>> facets(Class<?> type) {
    Set<Class<?>> facets = new LinkedHashSet<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Class<?> facet : each.getInterfaces()) {
        if (facet.getPackage().equals(Backend.class.getPackage())) {
          facets.add(facet);
        }
      }
    }
    return facets;
  }

  @Override
  public Capabilities capabilities() {
    return backend.capabilities();
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    long seq = recorder.subscribing(Op.SUB, subscription);
    call(
        () -> {
          backend.subscribe(subscription, ordered);
          return true;
        },
        outcome -> recorder.ended(Op.SUB, seq, 1, outcome));
    recorder.complete(Op.SUB, seq, true);
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    long seq = recorder.subscribing(Op.UNSUB, subscription);
    boolean existed =
        call(
            () -> backend.unsubscribe(subscription),
            outcome -> recorder.ended(Op.UNSUB, seq, 1, outcome));
    recorder.complete(Op.UNSUB, seq, existed);
    return existed;
  }

  @Override
  public List<Subscription> subscriptions() {
    return backend.subscriptions();
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    long seq = recorder.publishing(events, capabilities().has(Capability.ATOMIC_BATCH));
    List<Receipt> receipts =
        call(
            () -> backend.publish(events),
            outcome -> recorder.ended(Op.PUB, seq, events.size(), outcome));
    recorder.published(seq, events, receipts);
    return receipts;
  }

  @Override
  public Claims claim(ClaimRequest request) {
    long seq = recorder.claiming(request);
    Claims claims =
        call(() -> backend.claim(request), outcome -> recorder.ended(Op.CLAIM, seq, 1, outcome));
    recorder.claimed(seq, claims.deliveries(), Entry.UNKNOWN);
    return claims;
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    long seq = recorder.extending(leases, lease);
    List<Lease> held =
        call(
            () -> backend.extend(leases, lease),
            outcome -> recorder.ended(Op.EXTEND, seq, leases.size(), outcome));
    recorder.extended(seq, leases, held);
    return held;
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    long seq = recorder.settling(settlements);
    List<Lease> refused =
        call(
            () -> backend.settle(settlements),
            outcome -> recorder.settlingEnded(seq, settlements, outcome));
    recorder.settled(seq, settlements, refused);
    return refused;
  }

  @Override
  public int prune(int max) {
    long seq = recorder.pruning();
    int removed =
        call(() -> backend.prune(max), outcome -> recorder.ended(Op.PRUNE, seq, 1, outcome));
    recorder.pruned(seq, removed < max);
    return removed;
  }

  @Override
  public void close() {
    backend.close();
  }

  @Override
  public Page find(Query query) {
    return inspector().find(query);
  }

  @Override
  public List<QueueStats> stats() {
    long begun = recorder.now();
    List<QueueStats> stats = inspector().stats();
    recorder.counted(begun, stats);
    return stats;
  }

  @Override
  public long cancel(Query query) {
    return change(Op.CANCEL, query, 0, () -> inspector().cancel(query));
  }

  @Override
  public long reschedule(Query query, Instant due) {
    return change(
        Op.RESCHEDULE, query, Recorder.micros(due), () -> inspector().reschedule(query, due));
  }

  @Override
  public long redrive(Query query) {
    return change(Op.REDRIVE, query, 0, () -> inspector().redrive(query));
  }

  @Override
  public long discard(Query query) {
    return change(Op.DISCARD, query, 0, () -> inspector().discard(query));
  }

  @Override
  public boolean deleteQueue(String queue) {
    long seq = recorder.deleting(queue);
    boolean existed =
        call(
            () -> inspector().deleteQueue(queue),
            outcome -> recorder.ended(Op.DELETE, seq, 1, outcome));
    recorder.complete(Op.DELETE, seq, existed);
    return existed;
  }

  private long change(Op op, Query query, long due, Supplier<Long> change) {
    long seq = recorder.changing(op, query, due);
    long count = call(change, outcome -> recorder.ended(op, seq, 1, outcome));
    recorder.complete(op, seq, count > 0);
    return count;
  }

  private Inspector inspector() {
    return (Inspector) backend;
  }

  private static <T> T call(Supplier<T> call, Consumer<Outcome> failed) {
    try {
      return call.get();
    } catch (BackendException e) {
      boolean unknown = e.outcome() == BackendException.Outcome.UNKNOWN;
      failed.accept(unknown ? Outcome.INFO : Outcome.FAIL);
      throw e;
    } catch (IllegalStateException e) {
      failed.accept(Outcome.FAIL);
      throw e;
    } catch (RuntimeException | Error e) {
      failed.accept(Outcome.INFO);
      throw e;
    }
  }
}
