package io.wrkr.verify.relay;

import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on a broker beside a Memory store, all that is due going by the broker. */
class RelayMemoryByWireTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @Override
  protected TckStore newStore() {
    String store = "relay-kit-ByWire" + STORES.incrementAndGet();
    MemoryBroker broker = new MemoryBroker();
    Set<String> seen = new HashSet<>();
    return new TckStore() {
      @Override
      public Backend open() {
        return new AlwaysByWire(
            new RelayBackend(MemoryBackend.sharing(store), broker.connect()), seen);
      }
    };
  }
}
