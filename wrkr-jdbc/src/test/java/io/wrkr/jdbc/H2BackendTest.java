package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** H2 in memory serves tests of applications; it need not hold the contract: see {@link H2}. */
class H2BackendTest {
  @Test
  void a_delivery_lives_its_life() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:wrkr;DB_CLOSE_DELAY=-1");
    try (JdbcBackend backend = JdbcBackend.of(source)) {
      backend.subscribe(new Subscription("q", "a.*"), true);
      backend.publish(Events.of("acked", "buried", "retried"));
      assertThat(backend.publish(Events.of("acked")).get(0).duplicate()).isTrue();

      List<ClaimedDelivery> claimed = Events.deliveries(backend, "q");
      List<Settlement> settlements =
          List.of(
              Events.ack(claimed.get(0)),
              new Settlement.DeadLetter(claimed.get(1).lease(), "broken"),
              new Settlement.Retry(claimed.get(2).lease(), Duration.ZERO, "once"));
      assertThat(backend.settle(settlements)).isEmpty();

      assertThat(Events.claim(backend, "q")).containsExactly("retried");
      assertThat(backend.redrive(Query.all())).isEqualTo(1);
      assertThat(Events.claim(backend, "q")).containsExactly("buried");
      assertThat(backend.stats()).singleElement().extracting("leased").isEqualTo(2L);
      assertThat(backend.capabilities().has(Capability.CRASH_SAFE)).isFalse();
    }
  }
}
