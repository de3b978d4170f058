package io.wrkr.mqtt;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.Wire;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The machine's MQTT broker, on which tests use names of their own and remove what they made. */
final class Broker implements ExecutionCondition {
  static final String HOST = "127.0.0.1";
  static final int PORT = 1883;

  private static final String RUN = "wrkr-test-" + ProcessHandle.current().pid() + "-";
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** Says once why tests do not run, where no broker answers. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, PORT), 1000);
      return ConditionEvaluationResult.enabled("a broker answers");
    } catch (IOException e) {
      String why = "no MQTT broker answers at " + HOST + ":" + PORT;
      if (context.getTestMethod().isEmpty()) {
        System.out.println("not run: " + context.getDisplayName() + ": " + why);
      }
      return ConditionEvaluationResult.disabled("not run: " + why);
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
      this(PORT);
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
