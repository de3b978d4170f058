package io.wrkr.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Wire;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes with confirms and {@code mandatory} on one channel. Thread-safe: callers take turns at
 * writing and wait for their confirms side by side.
 */
final class Outbox {
  private static final long TIMEOUT_SECONDS = 15;

  private final Link link;
  private final Watchdog watchdog;
  private final ReentrantLock turn = new ReentrantLock(true);
  private @Nullable Open open;

  /** Calls something unless it is taken back in time. */
  @FunctionalInterface
  interface Watchdog {
    Future<?> after(long seconds, Runnable alarm);
  }

  /** A channel and what was published on it without an answer yet. */
  private record Open(Channel channel, ConcurrentNavigableMap<Long, Sent> unanswered) {}

  private record Sent(Batch batch, int place, String messageId) {}

  /** The messages of one call. */
  private static final class Batch {
    final CountDownLatch missing;
    final Set<Integer> returned = new HashSet<>();
    volatile String failure = "";

    Batch(int size) {
      missing = new CountDownLatch(size);
    }

    synchronized void returned(int place) {
      returned.add(place);
    }

    synchronized Set<Integer> returned() {
      return Set.copyOf(returned);
    }
  }

  Outbox(Link link, Watchdog watchdog) {
    this.link = link;
    this.watchdog = watchdog;
  }

  /** Returns which messages, by their place, reached no queue. */
  Set<Integer> send(String exchange, List<Wire.Cargo> cargo) {
    Batch batch = new Batch(cargo.size());
    takeTurn();
    try {
      publish(exchange, cargo, batch);
    } finally {
      turn.unlock();
    }
    await(batch);
    return batch.returned();
  }

  private void takeTurn() {
    try {
      if (turn.tryLock(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new BackendException(
        Outcome.FAILED, "RabbitMQ took no publish for " + TIMEOUT_SECONDS + " s", null);
  }

  private void publish(String exchange, List<Wire.Cargo> cargo, Batch batch) {
    Open current = Failures.translated("Connecting to publish", Outcome.FAILED, this::open);
    if (!link.blocked().isEmpty()) {
      throw new BackendException(
          Outcome.FAILED,
          "RabbitMQ takes no publishes (" + link.blocked() + "): free its memory or disk",
          null);
    }
    // A socket that the broker stopped reading would hold the writer for ever.
    Future<?> alarm = watchdog.after(TIMEOUT_SECONDS, link::breakOff);
    int sent = 0;
    try {
      for (Wire.Cargo each : cargo) {
        BasicProperties properties = Mapping.properties(each);
        long number = current.channel.getNextPublishSeqNo();
        current.unanswered.put(number, new Sent(batch, sent, each.event().id()));
        current.channel.basicPublish(
            exchange, each.event().name(), true, properties, each.event().payload().bytes());
        sent++;
      }
    } catch (IOException | com.rabbitmq.client.ShutdownSignalException e) {
      throw Failures.translated("Publishing", sent == 0 ? Outcome.FAILED : Outcome.UNKNOWN, e);
    } finally {
      alarm.cancel(false);
    }
  }

  private Open open() throws IOException, TimeoutException {
    Open current = open;
    if (current != null && current.channel.isOpen()) {
      return current;
    }
    Channel channel = link.channel();
    channel.confirmSelect();
    Open fresh = new Open(channel, new ConcurrentSkipListMap<>());
    ConfirmCallback confirmed = (number, many) -> answered(fresh, number, many, "");
    ConfirmCallback refused =
        (number, many) -> answered(fresh, number, many, "RabbitMQ could not keep a message");
    channel.addConfirmListener(confirmed, refused);
    channel.addReturnListener(message -> returned(fresh, message.getProperties()));
    channel.addShutdownListener(
        signal ->
            answered(fresh, Long.MAX_VALUE, true, "the channel was lost: " + signal.getMessage()));
    open = fresh;
    return fresh;
  }

  private static void answered(Open open, long number, boolean many, String failure) {
    NavigableMap<Long, Sent> answered =
        many
            ? open.unanswered.headMap(number, true)
            : open.unanswered.subMap(number, true, number, true);
    while (true) {
      var first = answered.pollFirstEntry();
      if (first == null) {
        return;
      }
      if (!failure.isEmpty()) {
        first.getValue().batch.failure = failure;
      }
      first.getValue().batch.missing.countDown();
    }
  }

  /** A message that no queue took comes back before it is confirmed. */
  private static void returned(Open open, BasicProperties properties) {
    for (Sent sent : open.unanswered.values()) {
      if (sent.messageId.equals(properties.getMessageId())) {
        sent.batch.returned(sent.place);
      }
    }
  }

  private void await(Batch batch) {
    String failure;
    try {
      failure =
          batch.missing.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              ? batch.failure
              : "no confirm within " + TIMEOUT_SECONDS + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "interrupted before the confirm";
    }
    if (!failure.isEmpty()) {
      throw new BackendException(Outcome.UNKNOWN, "Publishing: " + failure, null);
    }
  }
}
