package io.wrkr.tck;

import io.wrkr.Subscription;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wire;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Hands every call on to another wire; override what is to be different. As safe as that one. */
public class ForwardingWire implements Wire {
  private final Wire target;

  /** Creates one that hands on to this wire. */
  public ForwardingWire(Wire target) {
    this.target = target;
  }

  @Override
  public void moveBy(ToIntFunction<String> mover) {
    target.moveBy(mover);
  }

  @Override
  public void gather(String queue) {
    target.gather(queue);
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
