package io.wrkr.tck;

import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.Wakeups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Hands every call on to another backend; override what is to be different. It has every facet; a
 * call of one that the other backend does not have fails with {@link ClassCastException}.
 */
public class ForwardingBackend implements Backend, Inspector, Wakeups, Clocked {
  private final Backend target;

  /** Creates one that hands all calls on to the target. */
  public ForwardingBackend(Backend target) {
    this.target = target;
  }

  /** Returns where the calls go. */
  protected final Backend target() {
    return target;
  }

  private Inspector inspector() {
    return (Inspector) target;
  }

  @Override
  public void useClock(InstantSource clock) {
    ((Clocked) target).useClock(clock);
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    return ((Wakeups) target).onArrival(queue, hint);
  }

  @Override
  public Capabilities capabilities() {
    return target.capabilities();
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    target.subscribe(subscription, ordered);
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return target.unsubscribe(subscription);
  }

  @Override
  public List<Subscription> subscriptions() {
    return target.subscriptions();
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    return target.publish(events);
  }

  @Override
  public Claims claim(ClaimRequest request) {
    return target.claim(request);
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return target.extend(leases, lease);
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    return target.settle(settlements);
  }

  @Override
  public int prune(int max) {
    return target.prune(max);
  }

  @Override
  public Page find(Query query) {
    return inspector().find(query);
  }

  @Override
  public List<QueueStats> stats() {
    return inspector().stats();
  }

  @Override
  public long cancel(Query query) {
    return inspector().cancel(query);
  }

  @Override
  public long reschedule(Query query, Instant due) {
    return inspector().reschedule(query, due);
  }

  @Override
  public long redrive(Query query) {
    return inspector().redrive(query);
  }

  @Override
  public long discard(Query query) {
    return inspector().discard(query);
  }

  @Override
  public boolean deleteQueue(String queue) {
    return inspector().deleteQueue(queue);
  }

  @Override
  public void close() {
    target.close();
  }
}
