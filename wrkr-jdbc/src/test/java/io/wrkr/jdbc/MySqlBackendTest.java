package io.wrkr.jdbc;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a server of MySQL, where one is given; MariaDB's driver speaks to both. */
class MySqlBackendTest extends BackendTck {
  private static final String VARIABLE = "WRKR_TEST_MYSQL";

  @BeforeAll
  static void requireServer() {
    if (System.getenv(VARIABLE) == null) {
      String why = "not run: the contract on MySQL, no server is given; set " + VARIABLE;
      System.out.println(why);
      Assumptions.abort(why);
    }
  }

  @Override
  protected TckStore newStore() {
    return server();
  }

  private static ServerTckStore server() {
    return ServerTckStore.on(VARIABLE, "");
  }

  @AfterAll
  static void drop() {
    if (System.getenv(VARIABLE) != null) {
      Repeating.report("MySQL");
      server().drop();
    }
  }
}
