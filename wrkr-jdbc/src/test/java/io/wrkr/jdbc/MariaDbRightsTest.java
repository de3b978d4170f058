package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import org.junit.jupiter.api.Test;

/** What a user of MariaDB without the right to create tables gets to hear. */
class MariaDbRightsTest {
  @Test
  void without_the_right_to_create_tables_it_works_where_they_are() {
    try (OwnServer server = OwnServer.mariaDb()) {
      server.execute(
          // In the database test everybody may do everything.
          "CREATE DATABASE own",
          "CREATE USER app@localhost",
          "GRANT SELECT, INSERT, UPDATE, DELETE ON own.* TO app@localhost");

      assertThatThrownBy(() -> open(server).close())
          .isInstanceOfSatisfying(
              BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.FATAL))
          .hasMessageContaining("wrkr_meta")
          .hasMessageContaining("wrkr schema --print");

      String schema = new JdbcProvider().schema(server.uri()).orElseThrow();
      server.execute(("USE own;" + schema.strip()).split(";"));

      try (Backend backend = open(server)) {
        backend.subscribe(new Subscription("q", "#"), false);
        backend.publish(Events.of("1"));
        assertThat(Events.claim(backend, "q")).containsExactly("1");
      }
    }
  }

  private static Backend open(OwnServer server) {
    return new JdbcProvider().open(server.uri().replace("/test?user=root", "/own?user=app"));
  }
}
