package io.wrkr.mqtt;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.mqtt.broker.TestBroker;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.Wire;
import io.wrkr.tck.TckStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The machine's MQTT broker, or HiveMQ CE where there is none; tests use names of their own and
 * remove what they made.
 */
final class Broker {
  static final String HOST = "127.0.0.1";

  private static final int OF_MACHINE = 1883;
  private static final String RUN = "wrkr-test-" + ProcessHandle.current().pid() + "-";
  private static final AtomicInteger NAMES = new AtomicInteger();

  private Broker() {}

  /** Started by who asks first, and ended with this process. */
  private static final class HiveMq {
    static final TestBroker BROKER = start();

    private static TestBroker start() {
      try {
        Path folder = Path.of("target", "hivemq-" + ProcessHandle.current().pid());
        return new TestBroker(Files.createDirectories(folder).toAbsolutePath());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("Cannot start HiveMQ CE", e);
      }
    }
  }

  static int port() {
    return isOfMachine() ? OF_MACHINE : hiveMq();
  }

  static int hiveMq() {
    return HiveMq.BROKER.port();
  }

  private static boolean isOfMachine() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, OF_MACHINE), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns names that no other test uses. */
  static MqttOptions names() {
    String name = RUN + NAMES.incrementAndGet();
    return new MqttOptions(name, name + "/e/");
  }

  /** Does something as another program would. */
  static <T> T as(int port, String identifier, Function<Mqtt5BlockingClient, T> work) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier(identifier)
            .serverHost(HOST)
            .serverPort(port)
            .buildBlocking();
    client.connect();
    try {
      return work.apply(client);
    } finally {
      client.disconnect();
    }
  }

  /** Connects as backends do, and ends the sessions of the queues bound when closed. */
  static final class Wires implements AutoCloseable {
    private final MqttOptions names = names();
    private final Topics topics = new Topics(names);
    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private final int port;

    Wires() {
      this(Broker.port());
    }

    Wires(int port) {
      this.port = port;
    }

    Topics topics() {
      return topics;
    }

    MqttOptions options() {
      return names;
    }

    /** A store for the kit: the contract beside a memory store. */
    TckStore besideMemory() {
      return new TckStore() {
        @Override
        public Backend open() {
          return connect(MemoryBackend.sharing(names.prefix()));
        }

        @Override
        public void close() {
          Wires.this.close();
        }
      };
    }

    RelayBackend connect(Backend store) {
      return new RelayBackend(store, wire(store, port));
    }

    Wire wire(Backend store, int port) {
      Wire wire = new MqttWire(MqttUri.server("mqtt://" + HOST + ":" + port), names, store);
      return (Wire)
          Proxy.newProxyInstance(
              Wire.class.getClassLoader(),
              new Class<?>[] {Wire.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("bind")) {
                  queues.add(((Subscription) arguments[0]).queue());
                }
                try {
                  return method.invoke(wire, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    <T> T as(Function<Mqtt5BlockingClient, T> work) {
      return Broker.as(port, names.prefix() + "-other", work);
    }

    /** A clean start ends the session that was, and no expiry the one that is. */
    @Override
    public void close() {
      queues.forEach(queue -> Broker.as(port, topics.client(queue), client -> true));
    }
  }
}
