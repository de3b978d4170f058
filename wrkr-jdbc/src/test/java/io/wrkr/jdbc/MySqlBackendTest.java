package io.wrkr.jdbc;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a server of MySQL; MariaDB's driver speaks to both. */
class MySqlBackendTest extends BackendTck {
  private static boolean answers;

  @BeforeAll
  static void requireServer() {
    ServerTckStore.mySql();
    answers = true;
  }

  @Override
  protected TckStore newStore() {
    return ServerTckStore.mySql();
  }

  @AfterAll
  static void drop() {
    if (answers) {
      Repeating.report("MySQL");
      ServerTckStore.mySql().drop();
    }
  }
}
