package io.wrkr.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.SystemSeam;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is opened when it is needed, and again after it was lost. Thread-safe.
 *
 * <p>What the broker pushes is received on the connection's own thread, which only puts it down:
 * that keeps the order in which deliveries and answers came.
 */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int TIMEOUT_MILLIS = 10_000;

  private final ConnectionFactory factory;
  private final String name;
  private @Nullable Connection connection;
  private boolean closed;
  private volatile String blocked = "";

  Link(ConnectionFactory given, String name) {
    this.name = name;
    this.factory = given.clone();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(atMost(factory.getConnectionTimeout()));
    factory.setHandshakeTimeout(atMost(factory.getHandshakeTimeout()));
    factory.setChannelRpcTimeout(atMost(factory.getChannelRpcTimeout()));
    factory.setSharedExecutor(new OnSameThread());
    factory.setThreadFactory(Link::daemon);
  }

  private static int atMost(int millis) {
    return millis <= 0 ? TIMEOUT_MILLIS : Math.min(millis, TIMEOUT_MILLIS);
  }

  @SystemSeam
  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "wrkr-rabbitmq");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns why the broker takes no publishes for now, or nothing. */
  String blocked() {
    return blocked;
  }

  /** Returns a new channel, connecting first if need be. */
  Channel channel() throws IOException, TimeoutException {
    Channel channel = connection().createChannel();
    if (channel == null) {
      throw new IOException("the connection has no channel left");
    }
    return channel;
  }

  private synchronized Connection connection() throws IOException, TimeoutException {
    if (closed) {
      throw new IllegalStateException("This RabbitMQ backend is closed: open another");
    }
    Connection current = connection;
    if (current != null && current.isOpen()) {
      return current;
    }
    Connection fresh = factory.newConnection(name);
    blocked = "";
    fresh.addBlockedListener(new Alarms());
    fresh.addShutdownListener(
        signal -> {
          if (!signal.isInitiatedByApplication()) {
            LOG.warn("The connection {} to RabbitMQ was lost: {}", name, signal.getMessage());
          }
        });
    connection = fresh;
    return fresh;
  }

  /** Runs a step on a channel of its own; see {@link Failures#translated}. */
  <T> T on(String what, Outcome outcome, OnChannel<T> step) {
    return Failures.translated(
        what,
        outcome,
        () -> {
          Channel channel = channel();
          try {
            return step.run(channel);
          } finally {
            close(channel);
          }
        });
  }

  /** A step on a channel. */
  @FunctionalInterface
  interface OnChannel<T> {
    T run(Channel channel) throws IOException;
  }

  /** Closes a channel, which gives back what was not acknowledged on it. */
  static void close(Channel channel) {
    try {
      if (channel.isOpen()) {
        channel.close();
      }
    } catch (IOException | TimeoutException | com.rabbitmq.client.ShutdownSignalException e) {
      LOG.debug("A channel was closed already", e);
    }
  }

  /** Breaks the connection off: whoever waits in it fails at once, and the next call connects. */
  void breakOff() {
    Connection current;
    synchronized (this) {
      current = connection;
      connection = null;
    }
    if (current != null) {
      current.abort(1000);
    }
  }

  void close() {
    synchronized (this) {
      closed = true;
    }
    breakOff();
  }

  private final class Alarms implements BlockedListener {
    @Override
    public void handleBlocked(String reason) {
      blocked = reason;
      LOG.warn("RabbitMQ takes no more publishes ({}): free memory or disk of the broker", reason);
    }

    @Override
    public void handleUnblocked() {
      blocked = "";
      LOG.info("RabbitMQ takes publishes again");
    }
  }
}
