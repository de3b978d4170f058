package io.wrkr.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.wrkr.Subscription;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.Wire;
import io.wrkr.tck.TckStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The machine's RabbitMQ, on which tests use names of their own and remove what they made. */
final class Broker implements ExecutionCondition {
  static final String HOST = "127.0.0.1";
  static final int PORT = 5672;

  private static final String RUN = "wrkr-test-" + ProcessHandle.current().pid() + "-";
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** Says once why tests do not run, where no broker answers. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, PORT), 1000);
      return ConditionEvaluationResult.enabled("a broker answers");
    } catch (IOException e) {
      String why = "no RabbitMQ answers at " + HOST + ":" + PORT;
      if (context.getTestMethod().isEmpty()) {
        System.out.println("not run: " + context.getDisplayName() + ": " + why);
      }
      return ConditionEvaluationResult.disabled("not run: " + why);
    }
  }

  static ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(HOST);
    factory.setPort(PORT);
    return factory;
  }

  /** Returns names that no other test uses. */
  static RabbitOptions names() {
    String name = RUN + NAMES.incrementAndGet();
    return new RabbitOptions(name, name + ".");
  }

  /** Does something as another program would. */
  static <T> T as(Foreign<T> work) {
    return as(factory(), work);
  }

  static <T> T as(ConnectionFactory factory, Foreign<T> work) {
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      return work.with(channel);
    } catch (IOException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** What another program does. */
  @FunctionalInterface
  interface Foreign<T> {
    T with(Channel channel) throws IOException;
  }

  /** Connects as the backend does, and removes the exchange and the queues bound when closed. */
  static final class Wires implements AutoCloseable {
    private final RabbitOptions names = names();
    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private final ConnectionFactory broker;

    Wires() {
      this(factory());
    }

    Wires(ConnectionFactory broker) {
      this.broker = broker;
    }

    RabbitOptions options() {
      return names;
    }

    /** Returns what a queue of the bus is called in the broker. */
    String inBroker(String queue) {
      return new Topology(new Link(broker, "none"), names).inBroker(queue);
    }

    /** A store for the kit: the contract beside a memory store. */
    TckStore besideMemory() {
      return new TckStore() {
        @Override
        public Backend open() {
          return new RelayBackend(MemoryBackend.sharing(names.exchange()), connect());
        }

        @Override
        public void close() {
          Wires.this.close();
        }
      };
    }

    Wire connect() {
      return connect(broker);
    }

    Wire connect(ConnectionFactory factory) {
      Wire wire = new RabbitWire(factory, names);
      return (Wire)
          Proxy.newProxyInstance(
              Wire.class.getClassLoader(),
              new Class<?>[] {Wire.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("bind")) {
                  queues.add(inBroker(((Subscription) arguments[0]).queue()));
                }
                try {
                  return method.invoke(wire, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public void close() {
      as(
          broker,
          channel -> {
            for (String queue : queues) {
              channel.queueDelete(queue);
            }
            channel.exchangeDelete(names.exchange());
            return true;
          });
    }
  }
}
