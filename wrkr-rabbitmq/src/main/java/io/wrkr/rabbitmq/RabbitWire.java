package io.wrkr.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.wrkr.Subscription;
import io.wrkr.spi.Registration;
import io.wrkr.spi.SystemSeam;
import io.wrkr.spi.Wire;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RabbitMQ as a wire, over two connections: an alarm that stops publishes must not stop what is
 * received. Thread-safe.
 */
final class RabbitWire implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitWire.class);

  /** Twice this long a message may lie here without being claimed. */
  private static final long IDLE_MILLIS = 500;

  private final Link publishing;
  private final Link consuming;
  private final Topology topology;
  private final Outbox outbox;
  private final Map<String, Reader> readers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = timer();
  private final InstantSource clock = system();
  private volatile boolean closed;

  /** Connects, so that what is wrong with the address or the credentials is said at once. */
  RabbitWire(ConnectionFactory factory, RabbitOptions options) {
    publishing = new Link(factory, "wrkr publishing");
    consuming = new Link(factory, "wrkr consuming");
    topology = new Topology(consuming, options);
    outbox = new Outbox(publishing, this::after);
    try {
      topology.declareExchange();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    timer.scheduleWithFixedDelay(
        this::giveBackIdle, IDLE_MILLIS, IDLE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @SystemSeam
  private static ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, "wrkr-rabbitmq-timer");
          thread.setDaemon(true);
          return thread;
        });
  }

  @SystemSeam
  private static InstantSource system() {
    return InstantSource.system();
  }

  private Future<?> after(long seconds, Runnable alarm) {
    try {
      return timer.schedule(alarm, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  private void giveBackIdle() {
    try {
      readers.values().forEach(Reader::giveBackIfIdle);
    } catch (RuntimeException e) {
      LOG.warn("Giving back unclaimed messages failed and is tried again", e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw closed(null);
    }
  }

  private static IllegalStateException closed(@Nullable RejectedExecutionException cause) {
    return new IllegalStateException("This RabbitMQ backend is closed: open another", cause);
  }

  private Reader reader(String queue) {
    return readers.computeIfAbsent(
        queue, q -> new Reader(consuming, topology.inBroker(q), clock, () -> restoreLater(q)));
  }

  /** Not on the connection's thread, which has to read the broker's answers. */
  private void restoreLater(String queue) {
    try {
      timer.execute(() -> restore(queue));
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed meanwhile", e);
    }
  }

  private void restore(String queue) {
    try {
      topology.restore(queue);
    } catch (RuntimeException e) {
      LOG.warn("The queue {} could not be made again", queue, e);
    }
  }

  @Override
  public void bind(Subscription subscription) {
    requireOpen();
    topology.bind(subscription);
  }

  @Override
  public void unbind(Subscription subscription) {
    requireOpen();
    topology.unbind(subscription);
  }

  @Override
  public Set<Integer> send(List<Cargo> cargo) {
    requireOpen();
    return outbox.send(topology.exchange(), cargo);
  }

  @Override
  public int receive(String queue, int max, Consumer<List<Cargo>> intake) {
    requireOpen();
    return reader(queue).receive(max, intake);
  }

  @Override
  public Waiting waiting(String queue) {
    requireOpen();
    return reader(queue).waiting();
  }

  @Override
  public boolean delete(String queue) {
    requireOpen();
    return topology.delete(queue);
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    requireOpen();
    return reader(queue).onArrival(hint);
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    readers.values().forEach(Reader::close);
    publishing.close();
    consuming.close();
  }
}
