package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Event;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Receipt;
import io.wrkr.Wrkr;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Publishes a number of events, 100 at once, until all are confirmed; what is unknown again under
 * the same ids. For tests that kill a store or a broker meanwhile.
 *
 * <p>Run by one thread; the other methods are for any.
 */
public final class ConfirmedLoad implements Runnable {
  private static final int AT_ONCE = 100;
  private static final int MOST_TRIES = 10_000;
  private static final int PATIENCE_SECONDS = 60;

  private final Wrkr bus;
  private final int count;
  private final IntFunction<Event> event;
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
  private final Set<String> safe = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Integer> progress = new LinkedBlockingQueue<>();

  /** Odd in danger. */
  private final AtomicInteger epoch = new AtomicInteger();

  /**
   * Creates a load.
   *
   * @param count how many events, a multiple of 100
   * @param event makes each of the hundred by its number, without an id
   */
  public ConfirmedLoad(Wrkr bus, int count, IntFunction<Event> event) {
    this.bus = bus;
    this.count = count;
    this.event = event;
  }

  @Override
  public void run() {
    for (int done = 0; done < count; done += AT_ONCE) {
      int before = epoch.get();
      List<String> ids = publish();
      confirmed.addAll(ids);
      if (before == epoch.get() && before % 2 == 0) {
        safe.addAll(ids);
      }
      progress.add(done);
    }
  }

  private List<String> publish() {
    List<Event> events = IntStream.range(0, AT_ONCE).mapToObj(event).toList();
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        return bus.publish(events).stream().map(Receipt::id).toList();
      } catch (OutcomeUnknownException e) {
        events = e.events();
      } catch (BackendUnavailableException e) {
        // Nothing was done.
        continue;
      }
    }
    throw new AssertionError("What was killed does not come back");
  }

  /** Waits until so many events are confirmed; fails if none is for 60 seconds. */
  public void reached(int events) throws InterruptedException {
    Integer done = 0;
    while (done < events) {
      done = progress.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(done).as("publishing goes on").isNotNull();
    }
  }

  /** Something is about to be killed, or is back: begins a time of danger, or ends it. */
  public void turn() {
    epoch.incrementAndGet();
  }

  /** Returns the ids that were confirmed so far. */
  public Set<String> confirmed() {
    return confirmed;
  }

  /** Returns those of publishes that met no danger. */
  public Set<String> safe() {
    return safe;
  }
}
