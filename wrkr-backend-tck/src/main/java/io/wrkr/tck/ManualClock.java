package io.wrkr.tck;

import io.wrkr.spi.ObservableClock;
import io.wrkr.spi.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that stands still until it is moved. Thread-safe. */
public final class ManualClock implements ObservableClock {
  private volatile Instant now;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Each listener is itself alone, also where one runnable listens twice. */
  private static final class Listener {
    final Runnable changed;

    Listener(Runnable changed) {
      this.changed = changed;
    }
  }

  /** Creates a clock that stands at an instant. */
  public ManualClock(Instant start) {
    this.now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves the clock, back too if the duration is negative, and tells the listeners. */
  public void advance(Duration duration) {
    synchronized (this) {
      now = now.plus(duration);
    }
    listeners.forEach(listener -> listener.changed.run());
  }

  @Override
  public Registration onChange(Runnable changed) {
    Listener listener = new Listener(changed);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Returns where the clock stands. */
  @Override
  public String toString() {
    return "ManualClock at " + now;
  }
}
