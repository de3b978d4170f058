package io.wrkr.jdbc;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;

/** The contract on a server of Postgres. */
class PostgresBackendTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return ServerTckStore.postgres();
  }

  @AfterAll
  static void drop() {
    Repeating.report("Postgres");
    ServerTckStore.postgres().drop();
  }
}
