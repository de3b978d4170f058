package io.wrkr.verify.relay;

import io.wrkr.jdbc.JdbcBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a broker beside a Sqlite store, all that is due going by the broker. */
class RelaySqliteByWireTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected TckStore newStore() {
    Path file = directory.resolve("relay-" + STORES.incrementAndGet() + ".db");
    MemoryBroker broker = new MemoryBroker();
    Set<String> seen = new HashSet<>();
    return new TckStore() {
      @Override
      public Backend open() {
        return new AlwaysByWire(new RelayBackend(JdbcBackend.sqlite(file), broker.connect()), seen);
      }
    };
  }
}
