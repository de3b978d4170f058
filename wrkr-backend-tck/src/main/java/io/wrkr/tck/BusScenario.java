package io.wrkr.tck;

import io.wrkr.Delivery;
import io.wrkr.DeliveryInfo;
import io.wrkr.Handler;
import io.wrkr.Query;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import io.wrkr.spi.Backend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What tests of the whole bus on a backend say and do. */
abstract class BusScenario extends Scenario {
  /** What listeners were told, such as "ACKED 1" for the event 1. */
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  final BlockingQueue<Delivery> handled = new LinkedBlockingQueue<>();
  private final List<Wrkr> buses = new ArrayList<>();

  /** Opens a bus on a new instance, with the test's clock and listener. */
  final Wrkr open() {
    return open(raw());
  }

  final Wrkr open(Backend instance) {
    return open(Wrkr.builder(instance).clock(clock));
  }

  final Wrkr open(Wrkr.Builder builder) {
    Wrkr bus = builder.listener(new Told()).build();
    buses.add(bus);
    return bus;
  }

  @Override
  void finish() {
    buses.forEach(Wrkr::close);
  }

  /** Returns a handler that notes the delivery and returns. */
  final Handler noting() {
    return handled::add;
  }

  /** Waits for the next delivery that {@link #noting} gets. */
  final Delivery next() {
    return take(handled, () -> "No delivery was handled");
  }

  final List<String> nextIds(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(next().event().id().orElseThrow());
    }
    return ids;
  }

  /** Waits until the listener was told all of this, in any order; skips what else it is told. */
  final void awaitTold(String... what) {
    Set<String> missing = new LinkedHashSet<>(List.of(what));
    List<String> others = new ArrayList<>();
    while (!missing.isEmpty()) {
      String next = take(told, () -> "Not told " + missing + ", but " + others);
      if (!missing.remove(next)) {
        others.add(next);
      }
    }
  }

  private static <T> T take(BlockingQueue<T> queue, Supplier<String> missing) {
    try {
      T value = queue.poll(Await.bound().toSeconds(), TimeUnit.SECONDS);
      if (value == null) {
        throw new AssertionError(missing.get() + " within " + Await.bound());
      }
      return value;
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting", e);
    }
  }

  static DeliveryInfo info(Wrkr bus, String eventId) {
    return bus.admin().find(Query.all().eventId(eventId)).deliveries().get(0);
  }

  /** Puts what it is told into words. */
  private final class Told implements WrkrListener {
    private void say(String what, Delivery delivery) {
      told.add(what + " " + delivery.event().id().orElse("?"));
    }

    @Override
    public void settled(Delivery delivery, Outcome outcome) {
      say(outcome.name(), delivery);
    }

    @Override
    public void failed(Delivery delivery, Throwable failure) {
      say("failed", delivery);
    }

    @Override
    public void refused(Delivery delivery, Outcome outcome) {
      say("refused", delivery);
    }

    @Override
    public void unconfirmed(Delivery delivery, Outcome outcome, Throwable failure) {
      say("unconfirmed", delivery);
    }

    @Override
    public void lost(Delivery delivery) {
      say("lost", delivery);
    }

    @Override
    public void started(Delivery delivery) {
      say("started", delivery);
    }

    @Override
    public void unhandled(Delivery delivery) {
      say("unhandled", delivery);
    }
  }
}
