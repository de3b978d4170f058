package io.wrkr.mqtt;

import io.wrkr.jdbc.JdbcBackend;
import io.wrkr.spi.Backend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.CallersTransaction;
import io.wrkr.tck.TckStore;
import io.wrkr.tck.TckTransaction;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract on MQTT beside a Sqlite store. */
class MqttSqliteTest extends BackendTck {
  private static final AtomicInteger STORES = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected TckStore newStore() {
    Path file = directory.resolve("relay-" + STORES.incrementAndGet() + ".db");
    Broker.Wires wires = new Broker.Wires();
    return new TckStore() {
      @Override
      public Backend open() {
        return wires.connect(JdbcBackend.sqlite(file));
      }

      @Override
      public TckTransaction begin() {
        return CallersTransaction.on(
            () ->
                DriverManager.getConnection(
                    "jdbc:sqlite:" + file + "?transaction_mode=IMMEDIATE&busy_timeout=5000"));
      }

      @Override
      public void close() {
        wires.close();
      }
    };
  }
}
