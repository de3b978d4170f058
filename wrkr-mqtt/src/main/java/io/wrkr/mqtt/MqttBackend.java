package io.wrkr.mqtt;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BrokerUri;
import io.wrkr.spi.RelayBackend;

/**
 * Makes backends of an MQTT 5 broker and a store beside it.
 *
 * <p>The broker carries what is due, each event once under its own topic; the store has all the
 * rest, and soon whatever the broker brought. See {@link RelayBackend} for who does what and {@code
 * docs/backends/mqtt.md} for every field of a message. An instance that has the store's lease for a
 * queue receives for it:
 *
 * <ol>
 *   <li>It wins the lease, then connects with the queue's own client identifier to a session that
 *       never expires, and only then asks for what the queue is subscribed to.
 *   <li>What arrives is written to the store, under a lease of a worker here or for anybody, and is
 *       acknowledged after that.
 *   <li>It extends the lease; who finds it overtaken lets go of the session. Two that receive would
 *       do no harm but throw each other out, since the store makes one delivery of one id.
 *   <li>Others ask it, by the queue's own topic, to subscribe what is new and to move to the store
 *       what came before the question; its answer says that both are done.
 * </ol>
 */
public final class MqttBackend {
  private MqttBackend() {}

  /**
   * Opens a backend on a broker. The store becomes the backend's own and is closed with it, also if
   * this method throws.
   *
   * @param serverUri {@code mqtt://user:password@host:port}, or {@code mqtts:} for TLS
   * @throws IllegalArgumentException if the URI cannot be read, or the store cannot stand beside a
   *     broker
   * @throws BackendException if the broker cannot be reached or refuses; without the password
   */
  public static Backend of(String serverUri, Backend store) {
    return of(serverUri, store, MqttOptions.defaults());
  }

  /** Does the same as {@link #of(String, Backend)}, with other names in the broker. */
  public static Backend of(String serverUri, Backend store, MqttOptions options) {
    BrokerUri server;
    try {
      server = MqttUri.server(serverUri);
    } catch (IllegalArgumentException e) {
      store.close();
      throw e;
    }
    return of(server, store, options);
  }

  static Backend of(BrokerUri server, Backend store, MqttOptions options) {
    MqttWire wire = null;
    try {
      wire = new MqttWire(server, options, store);
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
