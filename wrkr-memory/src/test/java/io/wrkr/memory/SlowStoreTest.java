package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import io.wrkr.tck.ForwardingBackend;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowStoreTest {
  private static final int EVENTS = 80_000;

  /** More are not claimed before some are settled: 16 slots, a reserve, and two claims. */
  private static final int MOST_HELD = 16 + 1000 + 2 * 1000;

  /** It takes two; some 25 if the poller waits for its second instead of being woken. */
  private static final int LIMIT_SECONDS = 18;

  @Test
  void claims_go_on_as_soon_as_settlements_make_room() throws Exception {
    CountDownLatch handled = new CountDownLatch(EVENTS);
    SettlesWhenFull backend = new SettlesWhenFull(MemoryBackend.create());
    backend.subscribe(new Subscription("q", "a.b"), false);
    try (Wrkr wrkr = Wrkr.builder(backend).build()) {
      wrkr.queue("q").concurrency(16).on("a.b", delivery -> handled.countDown());
      wrkr.publish(Collections.nCopies(EVENTS, Event.of("a.b")));

      wrkr.start();

      try {
        assertThat(handled.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        backend.settleAll();
      }
    }
  }

  /** Settles nothing until no more is claimed. */
  private static final class SettlesWhenFull extends ForwardingBackend {
    private int claimed;
    private int settled;

    SettlesWhenFull(Backend backend) {
      super(backend);
    }

    /** From now on it settles at once. */
    synchronized void settleAll() {
      claimed = EVENTS;
      notifyAll();
    }

    @Override
    public Claims claim(ClaimRequest request) {
      Claims claims = super.claim(request);
      synchronized (this) {
        claimed += claims.deliveries().size();
        notifyAll();
      }
      return claims;
    }

    @Override
    public List<Lease> settle(List<Settlement> settlements) {
      synchronized (this) {
        while (claimed < EVENTS && claimed - settled < MOST_HELD) {
          try {
            wait(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
        }
        settled += settlements.size();
      }
      return super.settle(settlements);
    }
  }
}
