package io.wrkr.tck;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Clocked;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic's tests: each gets an empty store, a clock that stands still, and an open backend. */
@SuppressWarnings("NullAway.Init") // begin() comes before every test
abstract class Scenario {
  final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
  Backend backend;
  private TckStore store;
  private final List<Backend> opened = new CopyOnWriteArrayList<>();

  final void begin(TckStore store) {
    this.store = store;
    this.backend = another();
  }

  /** Opens a further instance on the test's store, that repeats what certainly was not done. */
  final Backend another() {
    Backend instance = Patience.with(raw());
    if (instance instanceof Clocked clocked) {
      clocked.useClock(clock);
    }
    return instance;
  }

  /** Opens a further instance that has not been given a clock yet. */
  final Backend raw() {
    Backend instance = store.open();
    opened.add(instance);
    return instance;
  }

  /** Closes all instances, restarts the store and opens an instance anew. */
  final void restart() {
    closeAll();
    store.restart();
    backend = another();
  }

  final TckTransaction begin() {
    return store.begin();
  }

  /** Ends what the test itself began. */
  void finish() {}

  final void end() {
    finish();
    closeAll();
    store.close();
  }

  private void closeAll() {
    opened.forEach(Backend::close);
    opened.clear();
  }
}
