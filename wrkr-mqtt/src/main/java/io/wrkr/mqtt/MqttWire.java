package io.wrkr.mqtt;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.BrokerUri;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Registration;
import io.wrkr.spi.SystemSeam;
import io.wrkr.spi.Wire;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MQTT 5 as a wire; see {@link MqttBackend} for how. Thread-safe. */
final class MqttWire implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger(MqttWire.class);

  /** Twice this long a message may lie here without being claimed. */
  private static final long TICK_MILLIS = 100;

  private static final int TICKS_TO_ELECTION = 10;
  private static final int TICKS_TO_EXTENSION = 25;
  private static final int ROUNDS = 30;
  private static final long ROUND_MILLIS = 800;
  private static final long CLOSE_SECONDS = 5;

  private final Outbox outbox;
  private final Election election;
  private final Receiver.Parts parts;
  private final Room room;
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = timer();
  private volatile ToIntFunction<String> mover = queue -> 0;
  private volatile boolean closed;
  private long ticks;

  /** Connects, so that what is wrong with the address or the credentials is said at once. */
  MqttWire(BrokerUri server, MqttOptions options, Backend store) {
    Link link = new Link(server);
    Topics topics = new Topics(options);
    election = new Election(store);
    try {
      outbox = new Outbox(link, topics, name());
    } catch (RuntimeException e) {
      timer.shutdownNow();
      throw e;
    }
    room = new Room(outbox, this::gather);
    parts =
        new Receiver.Parts(
            link, topics, election, outbox, this::after, q -> mover.applyAsInt(q), system());
    timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @SystemSeam
  private static String name() {
    return UUID.randomUUID().toString();
  }

  @SystemSeam
  private static ScheduledExecutorService timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "wrkr-mqtt-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }

  @SystemSeam
  private static InstantSource system() {
    return InstantSource.system();
  }

  @Override
  public void moveBy(ToIntFunction<String> given) {
    mover = given;
  }

  private void after(long seconds, Runnable task) {
    try {
      var unused = timer.schedule(() -> tolerant(task), seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed meanwhile", e);
    }
  }

  private void tolerant(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (closed) {
        LOG.debug("Closed meanwhile", e);
      } else {
        LOG.warn("Receiving is tried again: {}", Failures.text(e));
      }
    }
  }

  private void tick() {
    ticks++;
    if (ticks % TICKS_TO_EXTENSION == 0) {
      tolerant(this::extend);
    }
    for (Receiver each : receivers.values()) {
      if (ticks % TICKS_TO_ELECTION == 0) {
        tolerant(each::step);
        tolerant(each::answerQuestions);
      }
      tolerant(each::moveOld);
    }
  }

  private void extend() {
    List<Receiver> holders =
        receivers.values().stream().filter(each -> each.lease().isPresent()).toList();
    List<Lease> held =
        election.hold(holders.stream().flatMap(each -> each.lease().stream()).toList());
    for (Receiver each : holders) {
      if (each.lease().filter(held::contains).isEmpty()) {
        each.overtaken();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This MQTT backend is closed: open another");
    }
  }

  private Receiver receiver(String queue) {
    return receivers.computeIfAbsent(queue, q -> new Receiver(q, parts));
  }

  @Override
  public void bind(Subscription subscription) {
    requireOpen();
    if (!receiver(subscription.queue()).brings(subscription.pattern())) {
      ask(subscription.queue(), Receiver.SYNC);
    }
  }

  @Override
  public void unbind(Subscription subscription) {
    requireOpen();
    gather(subscription.queue());
  }

  @Override
  public void gather(String queue) {
    requireOpen();
    if (election.isKnown(queue)) {
      ask(queue, Receiver.SYNC);
    }
  }

  @Override
  public boolean delete(String queue) {
    requireOpen();
    if (!election.isKnown(queue)) {
      return false;
    }
    ask(queue, Receiver.DELETE);
    receivers.remove(queue);
    return true;
  }

  /** Asks whoever receives for the queue; that may be, or become, this instance. */
  private void ask(String queue, String what) {
    Receiver receiver = receiver(queue);
    try (Outbox.Question question = outbox.new Question(queue, what)) {
      for (int round = 0; round < ROUNDS; round++) {
        step(receiver);
        if (question.ask(ROUND_MILLIS)) {
          return;
        }
      }
    }
    throw new BackendException(
        Outcome.UNKNOWN,
        "The instance that receives for the queue '"
            + queue
            + "' does not answer: it may be stuck, or not reach the broker",
        null);
  }

  private void step(Receiver receiver) {
    Future<?> done;
    try {
      done = timer.submit(receiver::step);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("This MQTT backend is closed: open another", e);
    }
    Failures.await("Connecting to receive", Outcome.FAILED, done, 20);
  }

  @Override
  public Set<Integer> send(List<Cargo> cargo) {
    requireOpen();
    return Parts.send(cargo, Room.PART, this::sendPart);
  }

  private Set<Integer> sendPart(List<Cargo> part) {
    Set<String> queues = new HashSet<>();
    part.forEach(each -> queues.addAll(each.queues()));
    return room.send(part.size(), queues, () -> outbox.send(part));
  }

  @Override
  public int receive(String queue, int max, Consumer<List<Cargo>> intake) {
    requireOpen();
    return receiver(queue).receive(max, intake);
  }

  @Override
  public Waiting waiting(String queue) {
    requireOpen();
    return Optional.ofNullable(receivers.get(queue)).map(Receiver::waiting).orElse(Waiting.NONE);
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    requireOpen();
    return receiver(queue).onArrival(hint);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    timer.shutdown();
    try {
      if (!timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        timer.shutdownNow();
      }
    } catch (InterruptedException e) {
      timer.shutdownNow();
      Thread.currentThread().interrupt();
    }
    receivers.values().forEach(each -> tolerant(each::close));
    outbox.close();
  }
}
