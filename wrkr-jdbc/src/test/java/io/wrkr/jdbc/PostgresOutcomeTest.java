package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wrkr.Archive;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a settle on PostgreSQL says of itself when one of its two transactions fails. */
class PostgresOutcomeTest {

  @Test
  void settle_that_was_done_in_part_is_not_reported_as_not_done() throws SQLException {
    ServerTckStore store = ServerTckStore.postgres();
    try (Backend backend = store.open();
        Connection connection = store.connect()) {
      backend.subscribe(new Subscription("parts", "#"), false);
      backend.publish(Events.of("a", "b"));
      List<Lease> leases =
          backend.claim(new ClaimRequest("parts", 2, Duration.ofMinutes(1))).deliveries().stream()
              .map(claimed -> claimed.lease())
              .toList();
      Settlement ack = new Settlement.Ack(leases.get(0), Archive.delete(), List.of());
      Settlement dead = new Settlement.DeadLetter(leases.get(1), "why");
      String table = store.prefix + "_dead";
      connection
          .createStatement()
          .execute("ALTER TABLE " + table + " RENAME TO " + table + "_away");
      try {
        BackendException failed =
            catchThrowableOfType(BackendException.class, () -> backend.settle(List.of(ack, dead)));

        assertThat(failed.outcome()).isEqualTo(BackendException.Outcome.UNKNOWN);
      } finally {
        connection.createStatement().execute("ALTER TABLE " + table + "_away RENAME TO " + table);
      }
      assertThat(backend.settle(List.of(ack, dead))).containsExactly(leases.get(0));
    } finally {
      store.drop();
    }
  }
}
