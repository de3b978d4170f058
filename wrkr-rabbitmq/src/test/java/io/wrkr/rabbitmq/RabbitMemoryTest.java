package io.wrkr.rabbitmq;

import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on RabbitMQ beside a Memory store. */
@ExtendWith(Broker.class)
class RabbitMemoryTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @Override
  protected TckStore newStore() {
    String store = "rabbit-kit-" + STORES.incrementAndGet();
    Broker.Wires wires = new Broker.Wires();
    return new TckStore() {
      @Override
      public Backend open() {
        return new RelayBackend(MemoryBackend.sharing(store), wires.connect());
      }

      @Override
      public void close() {
        wires.close();
      }
    };
  }
}
