package io.wrkr;

import io.wrkr.spi.SystemSeam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler, with all that goes before and comes after:
 *
 * <ol>
 *   <li>those whose lease is no longer ours are left out;
 *   <li>interceptors and handler are called, with the delivery as parent of what they publish;
 *   <li>what they left unsettled is acked when they return, retried or given up when they throw.
 * </ol>
 */
@SystemSeam
final class Handling implements Runners.Task {
  private final Worker worker;
  private final Route route;
  private final List<DeliveryTask> deliveries;
  private final Object threadLock = new Object();
  private @Nullable Thread thread;
  private volatile long startedAt;
  private volatile boolean started;

  Handling(Worker worker, Route route, List<DeliveryTask> deliveries) {
    this.worker = worker;
    this.route = route;
    this.deliveries = deliveries;
  }

  @Override
  public int size() {
    return deliveries.size();
  }

  List<DeliveryTask> deliveries() {
    return deliveries;
  }

  @Override
  public void run() {
    List<DeliveryTask> ours = deliveries.stream().filter(this::isStillOurs).toList();
    if (ours.isEmpty()) {
      return;
    }
    begin(ours);
    try {
      call(ours);
      ours.forEach(DeliveryTask::returned);
    } catch (Throwable failure) {
      ours.forEach(task -> failed(task, failure));
    } finally {
      end();
      forgetUnsettled(ours);
    }
  }

  private boolean isStillOurs(DeliveryTask task) {
    if (task.hold().isCurrent(worker.nanos())) {
      return true;
    }
    task.giveBack();
    return false;
  }

  private void call(List<DeliveryTask> ours) throws Exception {
    DeliveryTask.current(ours.get(0));
    worker.intercepted(route).handle(List.copyOf(ours));
  }

  private void failed(DeliveryTask task, Throwable failure) {
    worker.tellFailed(task, failure);
    task.failed(failure);
  }

  /**
   * Should even the settling have thrown, the leases run out instead of being extended for ever.
   */
  private void forgetUnsettled(List<DeliveryTask> ours) {
    for (DeliveryTask task : ours) {
      if (!worker.isManual() && !task.isSettled()) {
        worker.forget(task.hold());
      }
    }
  }

  private void begin(List<DeliveryTask> ours) {
    startedAt = worker.nanos();
    synchronized (threadLock) {
      thread = Thread.currentThread();
    }
    started = true;
    worker.begun(this, ours);
  }

  private void end() {
    DeliveryTask.current(null);
    worker.ended(this);
    synchronized (threadLock) {
      thread = null;
    }
  }

  /** Returns how long the handler has been running. */
  long elapsed(long now) {
    return started ? now - startedAt : 0;
  }

  /** Retries what is not settled and interrupts the handler. */
  void timeOut(Throwable failure) {
    if (deliveries.stream().allMatch(DeliveryTask::isSettled)) {
      return;
    }
    deliveries.forEach(task -> failed(task, failure));
    interrupt();
  }

  /** Gives back what is not settled and interrupts the handler. */
  void breakOff() {
    deliveries.forEach(DeliveryTask::giveBack);
    interrupt();
  }

  private void interrupt() {
    synchronized (threadLock) {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
