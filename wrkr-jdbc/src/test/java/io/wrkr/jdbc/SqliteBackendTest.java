package io.wrkr.jdbc;

import io.wrkr.spi.Backend;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.CallersTransaction;
import io.wrkr.tck.TckStore;
import io.wrkr.tck.TckTransaction;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite files. */
class SqliteBackendTest extends BackendTck {
  private static final AtomicInteger FILES = new AtomicInteger();

  @TempDir static Path directory;

  @Override
  protected TckStore newStore() {
    Path file = directory.resolve("wrkr-" + FILES.incrementAndGet() + ".db");
    return new TckStore() {
      @Override
      public Backend open() {
        return JdbcBackend.sqlite(file);
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
