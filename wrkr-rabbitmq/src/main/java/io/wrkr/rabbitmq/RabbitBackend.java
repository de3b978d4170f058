package io.wrkr.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.RelayBackend;

/**
 * Makes backends of RabbitMQ 3.10 or later and a store beside it.
 *
 * <p>The broker carries and keeps what is due: one durable topic exchange, and one durable quorum
 * queue per queue of the bus. The store has what is not due, claimed, to be retried, dead or to be
 * found. See {@link RelayBackend} for who does what and {@code docs/backends/rabbitmq.md} for every
 * field of a message.
 */
public final class RabbitBackend {
  private RabbitBackend() {}

  /**
   * Opens a backend on the broker that the factory leads to. The store becomes the backend's own
   * and is closed with it, also if this method throws.
   *
   * @param factory host, virtual host, credentials, TLS; it is copied, and its automatic recovery
   *     is not used, because the backend connects anew by itself
   * @throws IllegalArgumentException if the store cannot stand beside a broker
   * @throws BackendException if the broker cannot be reached or refuses; without the password
   */
  public static Backend of(ConnectionFactory factory, Backend store) {
    return of(factory, store, RabbitOptions.defaults());
  }

  /** Does the same as {@link #of(ConnectionFactory, Backend)}, with other names in the broker. */
  public static Backend of(ConnectionFactory factory, Backend store, RabbitOptions options) {
    RabbitWire wire = null;
    try {
      wire = new RabbitWire(factory, options);
      return new RelayBackend(store, wire);
    } catch (RuntimeException e) {
      if (wire != null) {
        wire.close();
      }
      store.close();
      throw e;
    }
  }
}
