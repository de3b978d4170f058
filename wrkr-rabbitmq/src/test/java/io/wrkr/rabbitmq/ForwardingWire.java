package io.wrkr.rabbitmq;

import io.wrkr.Subscription;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wire;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Hands every call on; override what is to be different. */
class ForwardingWire implements Wire {
  private final Wire target;

  ForwardingWire(Wire target) {
    this.target = target;
  }

  @Override
  public void bind(Subscription subscription) {
    target.bind(subscription);
  }

  @Override
  public void unbind(Subscription subscription) {
    target.unbind(subscription);
  }

  @Override
  public Set<Integer> send(List<Cargo> cargo) {
    return target.send(cargo);
  }

  @Override
  public int receive(String queue, int max, Consumer<List<Cargo>> intake) {
    return target.receive(queue, max, intake);
  }

  @Override
  public Waiting waiting(String queue) {
    return target.waiting(queue);
  }

  @Override
  public boolean delete(String queue) {
    return target.delete(queue);
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    return target.onArrival(queue, hint);
  }

  @Override
  public void close() {
    target.close();
  }
}
