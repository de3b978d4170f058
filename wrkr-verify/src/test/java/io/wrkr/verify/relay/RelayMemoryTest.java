package io.wrkr.verify.relay;

import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on a broker beside a Memory store. */
class RelayMemoryTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @Override
  protected TckStore newStore() {
    String store = "relay-kit-" + STORES.incrementAndGet();
    MemoryBroker broker = new MemoryBroker();
    return new TckStore() {
      @Override
      public Backend open() {
        return new RelayBackend(MemoryBackend.sharing(store), broker.connect());
      }
    };
  }
}
