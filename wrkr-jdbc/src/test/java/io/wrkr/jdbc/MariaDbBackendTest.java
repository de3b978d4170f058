package io.wrkr.jdbc;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;

/** The contract on a server of MariaDb. */
class MariaDbBackendTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return ServerTckStore.mariaDb();
  }

  @AfterAll
  static void drop() {
    Repeating.report("MariaDb");
    ServerTckStore.mariaDb().drop();
  }
}
