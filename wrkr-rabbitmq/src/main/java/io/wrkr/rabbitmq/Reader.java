package io.wrkr.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wire;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages out of one queue: a consumer whose prefetch is what a claim asked for, so that no
 * more lie here than a worker has room for. While somebody waits for arrivals the consumer stays;
 * what it holds goes back when no claim comes for it, and at once when nobody waits. Thread-safe.
 */
final class Reader {
  private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
  private static final int MAX_PREFETCH = 10_000;
  private static final long TURN_SECONDS = 10;
  private static final long STEP_MILLIS = 50;
  private static final int MAX_STEPS = 60;

  private final Link link;
  private final String inBroker;
  private final InstantSource clock;
  private final Runnable onDeleted;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<Hint> hints = new CopyOnWriteArrayList<>();
  private volatile @Nullable Inbox inbox;
  private volatile boolean idle;

  /** Each listener is itself alone. */
  private record Hint(Runnable run, Object identity) {}

  private record Message(Envelope envelope, BasicProperties properties, byte[] body) {}

  Reader(Link link, String inBroker, InstantSource clock, Runnable onDeleted) {
    this.link = link;
    this.inBroker = inBroker;
    this.clock = clock;
    this.onDeleted = onDeleted;
  }

  /** One consumer on its channel. Its methods run on the connection's thread. */
  private final class Inbox extends DefaultConsumer {
    final BlockingDeque<Message> messages = new LinkedBlockingDeque<>();
    final int prefetch;
    volatile boolean deleted;

    Inbox(Channel channel, int prefetch) {
      super(channel);
      this.prefetch = prefetch;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      boolean first = messages.isEmpty();
      messages.add(new Message(envelope, properties, body));
      if (first) {
        hint();
      }
    }

    @Override
    public void handleCancel(String tag) {
      deleted = true;
      onDeleted.run();
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
      if (!signal.isInitiatedByApplication()) {
        hint();
      }
    }

    boolean isUsable() {
      return getChannel().isOpen() && !deleted;
    }
  }

  private void hint() {
    for (Hint each : hints) {
      try {
        each.run.run();
      } catch (RuntimeException e) {
        LOG.warn("A hint failed", e); // and is never the truth
      }
    }
  }

  Registration onArrival(Runnable run) {
    Hint hint = new Hint(run, new Object());
    hints.add(hint);
    listen();
    return () -> hints.remove(hint);
  }

  /** Opens a consumer for the first arrival; if that fails, the next claim will open one. */
  private void listen() {
    takeTurn();
    try {
      open(1);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      LOG.debug("No hints of {} before the next claim", inBroker, e);
    } finally {
      turn.unlock();
    }
  }

  int receive(int max, Consumer<List<Wire.Cargo>> intake) {
    takeTurn();
    try {
      idle = false;
      return Failures.translated(
          "Receiving from " + inBroker, Outcome.FAILED, () -> receiveInTurn(max, intake));
    } finally {
      if (hints.isEmpty()) {
        letGo();
      }
      turn.unlock();
    }
  }

  private void takeTurn() {
    try {
      if (turn.tryLock(TURN_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new BackendException(
        Outcome.FAILED, "Another call receives from " + inBroker + " since long", null);
  }

  private int receiveInTurn(int max, Consumer<List<Wire.Cargo>> intake)
      throws IOException, TimeoutException {
    Inbox current = open(Math.min(max, MAX_PREFETCH));
    if (current == null) {
      return 0;
    }
    List<Message> taken = collect(current, Math.min(max, MAX_PREFETCH));
    if (hints.isEmpty()) {
      // Before the answer, which would bring more: that would be out of sight until it is back.
      current.getChannel().basicCancel(current.getConsumerTag());
      current.messages.drainTo(taken);
    }
    if (taken.isEmpty()) {
      return 0;
    }
    boolean done = false;
    try {
      Instant now = clock.instant();
      intake.accept(taken.stream().map(message -> cargo(message, now)).toList());
      done = true;
    } finally {
      answer(current.getChannel(), taken, done);
    }
    return taken.size();
  }

  private static Wire.Cargo cargo(Message message, Instant now) {
    return Mapping.cargo(message.envelope.getRoutingKey(), message.properties, message.body, now);
  }

  /** Answers on the channel that delivered; if that is gone the messages come again. */
  private static void answer(Channel channel, List<Message> taken, boolean done) {
    long last = taken.get(taken.size() - 1).envelope.getDeliveryTag();
    try {
      if (done) {
        channel.basicAck(last, true);
      } else {
        channel.basicNack(last, true, true);
      }
    } catch (IOException | ShutdownSignalException e) {
      LOG.debug("{} messages come again: their channel is gone", taken.size(), e);
    }
  }

  private @Nullable Inbox open(int prefetch) throws IOException, TimeoutException {
    Inbox current = inbox;
    if (current != null && current.isUsable() && !hints.isEmpty() && current.prefetch >= prefetch) {
      return current;
    }
    letGo();
    Channel channel = link.channel();
    if (Topology.count(channel, inBroker) < 0) {
      return null;
    }
    Inbox fresh = new Inbox(channel, prefetch);
    channel.basicQos(prefetch);
    channel.basicConsume(inBroker, false, fresh);
    inbox = fresh;
    return fresh;
  }

  private List<Message> collect(Inbox from, int max) throws IOException {
    List<Message> taken = new ArrayList<>();
    from.messages.drainTo(taken, max);
    boolean enough = !hints.isEmpty() && !taken.isEmpty();
    for (int step = 0; !enough && taken.size() < max && step < MAX_STEPS; step++) {
      boolean moreToCome = Topology.count(from.getChannel(), inBroker) > 0;
      // What was on its way to this channel has arrived when a second answer has.
      Topology.count(from.getChannel(), inBroker);
      from.messages.drainTo(taken, max - taken.size());
      enough = !moreToCome;
      if (moreToCome && taken.size() < max) {
        poll(from, taken);
      }
    }
    return taken;
  }

  private static void poll(Inbox from, List<Message> taken) throws IOException {
    try {
      Message next = from.messages.poll(STEP_MILLIS, TimeUnit.MILLISECONDS);
      if (next != null) {
        taken.add(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Gives back what lies here and was not claimed since the last call of this method. */
  void giveBackIfIdle() {
    Inbox current = inbox;
    if (current == null || current.messages.isEmpty() || !turn.tryLock()) {
      return;
    }
    try {
      if (idle) {
        letGo();
      }
      idle = true;
    } finally {
      turn.unlock();
    }
  }

  /** Ends the consumer; what it holds goes back to the queue, to its old place. */
  private void letGo() {
    Inbox current = inbox;
    inbox = null;
    if (current != null) {
      Link.close(current.getChannel());
    }
  }

  Wire.Waiting waiting() {
    takeTurn();
    try {
      return link.on("Counting " + inBroker, Outcome.FAILED, this::count);
    } finally {
      turn.unlock();
    }
  }

  private Wire.Waiting count(Channel channel) throws IOException {
    long ready = Topology.count(channel, inBroker);
    Inbox current = inbox;
    Message here = current == null ? null : current.messages.peek();
    long count = Math.max(0, ready) + (current == null ? 0 : current.messages.size());
    if (here != null) {
      return new Wire.Waiting(count, Mapping.publishedAt(here.properties));
    }
    return new Wire.Waiting(count, ready > 0 ? oldest(channel, ready) : Optional.empty());
  }

  /** Looks at the first message, which goes back to its place. */
  private Optional<Instant> oldest(Channel channel, long ready) throws IOException {
    var first = channel.basicGet(inBroker, false);
    if (first == null) {
      return Optional.empty();
    }
    channel.basicNack(first.getEnvelope().getDeliveryTag(), false, true);
    // A nack is not answered: the next count would miss what is not back yet.
    for (int step = 0; step < MAX_STEPS && Topology.count(channel, inBroker) < ready; step++) {
      LOG.trace("The first message of {} is not back yet", inBroker);
    }
    return Mapping.publishedAt(first.getProps());
  }

  void close() {
    hints.clear();
  }
}
