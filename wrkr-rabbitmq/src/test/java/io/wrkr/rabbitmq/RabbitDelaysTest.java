package io.wrkr.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.jdbc.JdbcBackend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.RelayBackend;
import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many delays at once on RabbitMQ beside SQLite, by a clock that the test moves. */
@ExtendWith(Broker.class)
class RabbitDelaysTest {
  private static final int EVENTS = 10_000;
  private static final int AT_ONCE = 500;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LEASE = Duration.ofHours(1);

  @TempDir Path directory;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  private static OutgoingEvent event(String id, Due due) {
    Payload payload = new Payload(Payload.JSON, "1".getBytes(StandardCharsets.UTF_8));
    StoredEvent event = new StoredEvent(id, "a", Optional.empty(), payload, Map.of());
    return new OutgoingEvent(event, due, LEASE, true);
  }

  private static Claims claim(RelayBackend relay) {
    return relay.claim(new ClaimRequest("q", AT_ONCE, LEASE));
  }

  @Test
  void ten_thousand_due_at_one_instant_are_handed_out_then_and_none_before() {
    Instant due = START.plusSeconds(60);
    try (Broker.Wires wires = new Broker.Wires();
        RelayBackend relay =
            new RelayBackend(JdbcBackend.sqlite(directory.resolve("store.db")), wires.connect())) {
      relay.useClock(now::get);
      relay.subscribe(new Subscription("q", "a"), false);
      for (int from = 0; from < EVENTS; from += AT_ONCE) {
        relay.publish(
            IntStream.range(from, from + AT_ONCE)
                .mapToObj(i -> event("e" + i, new Due.At(due)))
                .toList());
      }

      now.set(due.minusMillis(1));
      relay.publish(List.of(event("immediate", Due.NOW)));
      Claims before = claim(relay);
      assertThat(before.deliveries())
          .extracting(each -> each.event().id())
          .containsExactly("immediate");
      assertThat(claim(relay).untilNextDue()).contains(Duration.ofMillis(1));

      now.set(due);
      List<ClaimedDelivery> claimed = new ArrayList<>();
      for (int i = 0; i < EVENTS / AT_ONCE; i++) {
        claimed.addAll(claim(relay).deliveries());
      }
      assertThat(claimed).extracting(each -> each.event().id()).doesNotHaveDuplicates();
      assertThat(claimed).hasSize(EVENTS).allMatch(each -> each.due().equals(due));
      assertThat(claim(relay).deliveries()).isEmpty();
    }
  }
}
