package io.wrkr.mqtt;

import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on MQTT beside a Memory store. */
@ExtendWith(Broker.class)
class MqttMemoryTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @Override
  protected TckStore newStore() {
    String store = "mqtt-kit-" + STORES.incrementAndGet();
    Broker.Wires wires = new Broker.Wires();
    return new TckStore() {
      @Override
      public Backend open() {
        return wires.connect(MemoryBackend.sharing(store));
      }

      @Override
      public void close() {
        wires.close();
      }
    };
  }
}
