package io.wrkr.verify.relay;

import io.wrkr.jdbc.JdbcBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.RelayBackend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.CallersTransaction;
import io.wrkr.tck.TckStore;
import io.wrkr.tck.TckTransaction;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a broker beside a Sqlite store. */
class RelaySqliteTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected TckStore newStore() {
    Path file = directory.resolve("relay-" + STORES.incrementAndGet() + ".db");
    MemoryBroker broker = new MemoryBroker();
    return new TckStore() {
      @Override
      public Backend open() {
        return new RelayBackend(JdbcBackend.sqlite(file), broker.connect());
      }

      @Override
      public TckTransaction begin() {
        return CallersTransaction.on(
            () ->
                DriverManager.getConnection(
                    "jdbc:sqlite:" + file + "?transaction_mode=IMMEDIATE&busy_timeout=5000"));
      }
    };
  }
}
