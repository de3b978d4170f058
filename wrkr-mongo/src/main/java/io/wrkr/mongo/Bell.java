package io.wrkr.mongo;

import com.mongodb.CursorType;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.InsertManyOptions;
import io.wrkr.spi.Registration;
import io.wrkr.spi.SystemSeam;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes of arrivals, through a small capped collection that they tail.
 *
 * <ol>
 *   <li>At most one ring in 10 ms on average, and {@value #BURST} at once after a quiet time. A
 *       publish that may ring does so itself, as a part of becoming durable ({@link Publishing}).
 *       Otherwise, when it is durable, its queues are noted, and a thread of the bell writes one
 *       document a queue as soon as it may, so that many publishes ring once. Nobody waits for
 *       that; what fails is dropped, since polling is the truth.
 *   <li>Each process that listens tails the collection with one cursor and calls the hints of the
 *       queue, its own rings left out. Whenever it begins to tail, it calls all.
 *   <li>Against the herd: whoever found nothing after a hint waits a random time before the next
 *       one, between half a bound and all of it; the bound doubles with each miss, to 100 ms, and
 *       halves with each catch. So of many idle processes few ask, and if those are gone the others
 *       come in at most 150 ms later: where all queues of a process wait so, it also listens again
 *       only after up to half of the shortest bound, so that it is woken less often than it is
 *       rung.
 *   <li>Whoever caught something and left nothing says so in a further document, which names the
 *       last ring heard before the claim; those who wait for their turn after that same ring need
 *       not ask any more.
 * </ol>
 *
 * <p>Thread-safe. Threads: {@code wrkr-bell-ring} writes and delays, {@code wrkr-bell-tail}
 * listens; each starts when first needed. Neither takes a lock that a caller holds.
 */
final class Bell {
  private static final Logger LOG = LoggerFactory.getLogger(Bell.class);
  private static final String RINGER = "i";
  private static final String TAKEN = "c";
  private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final int BURST = 8;
  private static final long AWAIT_SECONDS = 5;
  private static final long MAX_PAUSE_MILLIS = 2_000;
  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

  private final Store store;
  private final Schema schema;
  private final BsonObjectId ringer = new BsonObjectId();
  private final Set<String> pending = new HashSet<>();
  private final Map<String, BsonValue> taken = new HashMap<>();
  private final Map<String, Listening> listening = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean ringing;
  private long rungUpTo = StoreClock.nanos();
  private @Nullable ScheduledThreadPoolExecutor ring;
  private @Nullable Thread tail;

  /** What had been heard of a queue before a claim, and whether the claim follows from it. */
  record Heard(String queue, @Nullable BsonValue lastRing, boolean hinted) {}

  Bell(Store store, Schema schema) {
    this.store = store;
    this.schema = schema;
  }

  Registration onArrival(String queue, Runnable hint) {
    Listening listeners = listening.computeIfAbsent(queue, q -> new Listening());
    Runnable own = () -> hint.run(); // the same hint may be registered twice
    listeners.hints.add(own);
    startTailing();
    return () -> listeners.hints.remove(own);
  }

  /** Tells the other processes, soon. */
  synchronized void ring(Collection<String> queues) {
    if (queues.isEmpty() || closed.getCount() == 0) {
      return;
    }
    pending.addAll(queues);
    writeSoon();
  }

  /**
   * Tells whether nothing was rung of late and nothing waits for its ring. Who is told so has to
   * ring now, or has nothing to ring for.
   */
  synchronized boolean mayRing() {
    boolean may = !ringing && untilNextRing() <= 0 && closed.getCount() > 0;
    if (may) {
      countRing();
    }
    return may;
  }

  /** By the generic cell rate algorithm: each ring uses up a gap, and some gaps may be owed. */
  private long untilNextRing() {
    return rungUpTo - StoreClock.nanos() - (BURST - 1) * GAP_NANOS;
  }

  private void countRing() {
    rungUpTo += Math.max(0, StoreClock.nanos() - rungUpTo) + GAP_NANOS;
  }

  /**
   * Rings on this thread. Returns whether a majority has the ring, from a primary of this term, and
   * so all that it wrote before.
   */
  boolean ringDurably(Collection<String> queues, Store.Term term) {
    BsonArray rings = new BsonArray();
    queues.forEach(queue -> rings.add(ring(queue)));
    BsonDocument command =
        new BsonDocument("insert", new BsonString(store.bell.getNamespace().getCollectionName()))
            .append("documents", rings)
            .append("writeConcern", Store.STRICT.asDocument());
    try {
      BsonDocument answer = store.database.runCommand(command, BsonDocument.class);
      return !answer.containsKey("writeErrors")
          && !answer.containsKey("writeConcernError")
          && answer.isObjectId("electionId")
          && answer.getObjectId("electionId").getValue().equals(term.election());
    } catch (MongoException e) {
      LOG.debug("A ring was lost; the queues are polled anyway", e);
      return false;
    }
  }

  private synchronized void writeSoon() {
    if (!ringing && closed.getCount() > 0) {
      ringing = true;
      executor().schedule(this::writeRings, Math.max(0, untilNextRing()), TimeUnit.NANOSECONDS);
    }
  }

  /** Tells this process as well. */
  void ringHereToo(Collection<String> queues) {
    ring(queues);
    tellHere(queues);
  }

  /** Tells this process alone. */
  void tellHere(Collection<String> queues) {
    for (String queue : queues) {
      Listening listeners = listening.get(queue);
      if (listeners != null) {
        listeners.tell();
      }
    }
  }

  Heard heard(String queue) {
    Listening listeners = listening.get(queue);
    return listeners == null
        ? new Heard(queue, null, false)
        : new Heard(queue, listeners.lastRing, listeners.hinted);
  }

  /** Learns whether hints for the queue are worth following at once, and tells the others. */
  void claimed(Heard before, int got, int asked) {
    Listening listeners = listening.get(before.queue);
    boolean followed = listeners != null && listeners.claimed(got > 0, before.lastRing);
    if (followed && got > 0 && got < asked && before.lastRing != null) {
      synchronized (this) {
        taken.put(before.queue, before.lastRing);
        writeSoon();
      }
    }
  }

  private void writeRings() {
    List<BsonDocument> rings = new ArrayList<>();
    synchronized (this) {
      ringing = false;
      countRing();
      for (String queue : pending) {
        rings.add(ring(queue));
      }
      pending.clear();
      taken.forEach((queue, upTo) -> rings.add(ring(queue).append(TAKEN, upTo)));
      taken.clear();
    }
    try {
      store.bell.insertMany(rings, UNORDERED);
    } catch (MongoException | IllegalStateException e) {
      LOG.debug("A ring was lost; the queues are polled anyway", e);
    }
  }

  private BsonDocument ring(String queue) {
    return new BsonDocument(Doc.ID, new BsonObjectId())
        .append(Doc.QUEUE, new BsonString(queue))
        .append(RINGER, ringer);
  }

  private void listen() {
    long pause = MAX_PAUSE_MILLIS / 16;
    while (closed.getCount() > 0) {
      try {
        tail();
        pause = MAX_PAUSE_MILLIS / 16;
      } catch (InterruptedException | MongoException | IllegalStateException e) {
        LOG.debug("Listening to the bell broke off; polling goes on", e);
        pause = Math.min(MAX_PAUSE_MILLIS, pause * 2);
      }
      try {
        if (closed.await(pause, TimeUnit.MILLISECONDS)) {
          return;
        }
        schema.createBell();
      } catch (InterruptedException | MongoException | IllegalStateException e) {
        LOG.debug("The bell is not there yet", e);
      }
    }
  }

  private void tail() throws InterruptedException {
    try (MongoCursor<BsonDocument> rings =
        store
            .bell
            .find()
            .cursorType(CursorType.TailableAwait)
            .maxAwaitTime(AWAIT_SECONDS, TimeUnit.SECONDS)
            .cursor()) {
      listening.values().forEach(this::hint);
      while (closed.getCount() > 0) {
        if (rings.available() == 0) {
          pauseWhileOthersAreQuicker();
        }
        BsonDocument heard = rings.tryNext();
        if (heard != null) {
          heard(heard);
        } else if (rings.getServerCursor() == null) {
          return;
        }
      }
    }
  }

  /** Hears later, and more at a time, where it would only wait after hearing. */
  private void pauseWhileOthersAreQuicker() throws InterruptedException {
    int least = listening.values().stream().mapToInt(each -> each.delayMillis).min().orElse(0) / 2;
    if (least > 0) {
      closed.await(Listening.randomUpTo(least), TimeUnit.MILLISECONDS);
    }
  }

  private void heard(BsonDocument heard) {
    Listening listeners = listening.get(Doc.text(heard, Doc.QUEUE));
    if (listeners == null) {
      return;
    }
    BsonValue upTo = heard.get(TAKEN);
    if (upTo != null) {
      listeners.taken(upTo);
      return;
    }
    listeners.lastRing = heard.get(Doc.ID);
    if (!ringer.equals(heard.get(RINGER))) {
      hint(listeners);
    }
  }

  private void hint(Listening listeners) {
    if (listeners.delayMillis == 0) {
      listeners.hint();
    } else if (!listeners.waiting) {
      listeners.waiting = true;
      int delay = Listening.randomUpTo(listeners.delayMillis);
      synchronized (this) {
        if (closed.getCount() > 0) {
          executor().schedule(listeners::hintIfWaiting, delay, TimeUnit.MILLISECONDS);
        }
      }
    }
  }

  private synchronized void startTailing() {
    if (tail == null && closed.getCount() > 0) {
      Thread thread = thread("wrkr-bell-tail", this::listen);
      tail = thread;
      thread.start();
    }
  }

  @SystemSeam
  private ScheduledThreadPoolExecutor executor() {
    ScheduledThreadPoolExecutor executor = ring;
    if (executor == null) {
      executor = new ScheduledThreadPoolExecutor(1, task -> thread("wrkr-bell-ring", task));
      executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      ring = executor;
    }
    return executor;
  }

  @SystemSeam
  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  void close() {
    closed.countDown();
    Thread listener;
    synchronized (this) {
      if (ring != null) {
        ring.shutdownNow();
      }
      listener = tail;
    }
    if (listener != null && listener != Thread.currentThread()) {
      wakeTailing();
      try {
        listener.join(TimeUnit.SECONDS.toMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the wait of the tailing thread, which no interrupt reaches, by a ring for nobody. */
  private void wakeTailing() {
    try {
      store
          .bell
          .withTimeout(1, TimeUnit.SECONDS)
          .insertOne(new BsonDocument(Doc.QUEUE, new BsonString("")));
    } catch (MongoException | IllegalStateException e) {
      LOG.debug("The bell's thread ends with its connection", e);
    }
  }
}
