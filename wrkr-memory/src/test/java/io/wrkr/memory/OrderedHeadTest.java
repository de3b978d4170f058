package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OrderedHeadTest {

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void head_that_came_due_unseen_is_claimed_after_its_follower_was_cancelled() {
    ManualClock clock = new ManualClock(Instant.parse("2026-11-21T09:00:00Z"));
    try (MemoryBackend backend = MemoryBackend.create(clock)) {
      backend.subscribe(new Subscription("q", "a"), true);
      backend.publish(List.of(event("head", 10), event("follower", 20)));
      clock.advance(Duration.ofMillis(15));

      backend.cancel(Query.all().eventId("follower"));
      Claims claims = backend.claim(new ClaimRequest("q", 10, Duration.ofSeconds(30)));

      assertThat(claims.deliveries())
          .extracting(delivery -> delivery.event().id())
          .containsExactly("head");
    }
  }

  private static OutgoingEvent event(String id, long delayMillis) {
    return new OutgoingEvent(
        new StoredEvent(
            id, "a", Optional.of("t"), new Payload(Payload.JSON, new byte[] {'1'}), Map.of()),
        new Due.After(Duration.ofMillis(delayMillis)),
        Duration.ofHours(1));
  }
}
