package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Archive;
import io.wrkr.DeliveryInfo;
import io.wrkr.Event;
import io.wrkr.Subscription;
import io.wrkr.Wrkr;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import io.wrkr.tck.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is special to memory: its URIs, its named stores, its history. */
class SharedStoresTest {
  private static final Subscription SUBSCRIPTION = new Subscription("q", "a");

  @Test
  void the_provider_is_found_by_its_scheme() {
    assertThat(ServiceLoader.load(BackendProvider.class))
        .flatExtracting(BackendProvider::schemes)
        .contains("memory:");
    assertThatThrownBy(() -> new MemoryProvider().open("sqlite:x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memory:NAME");
  }

  @Test
  void a_named_store_is_shared_until_its_last_instance_is_closed() {
    Backend first = new MemoryProvider().open("memory:shared");
    Backend second = MemoryBackend.sharing("shared");
    first.subscribe(SUBSCRIPTION, false);
    first.close();
    first.close();

    assertThat(second.subscriptions()).containsExactly(SUBSCRIPTION);
    second.close();

    try (Backend third = MemoryBackend.sharing("shared")) {
      assertThat(third.subscriptions()).isEmpty();
    }
  }

  @Test
  void stores_without_a_name_are_each_their_own() {
    try (Backend first = new MemoryProvider().open("memory:");
        Backend second = new MemoryProvider().open("memory:")) {
      first.subscribe(SUBSCRIPTION, false);

      assertThat(second.subscriptions()).isEmpty();
    }
  }

  @Test
  void the_first_clock_that_a_store_is_given_stays() {
    ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
    ManualClock dayOff = new ManualClock(Instant.parse("2030-01-02T00:00:00Z"));
    CountDownLatch handled = new CountDownLatch(1);
    try (Wrkr first = Wrkr.builder("memory:clocks").clock(clock).build();
        Wrkr second = Wrkr.builder("memory:clocks").clock(dayOff).build()) {
      second.queue("q").on("a", delivery -> handled.countDown());
      second.start();

      Instant due = first.publish(Event.of("a").delay(Duration.ofHours(1))).due();

      assertThat(due).isEqualTo(Instant.parse("2030-01-01T01:00:00Z"));
      assertThat(second.publish(Event.of("a")).due()).isEqualTo(clock.instant());
      assertThat(await(handled)).isTrue();
    }
  }

  @Test
  void what_was_moved_is_in_the_history_for_its_time() {
    ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
    MemoryBackend backend = MemoryBackend.create(clock);
    CountDownLatch handled = new CountDownLatch(1);
    try (Wrkr bus = Wrkr.builder(backend).build()) {
      bus.queue("q")
          .archive(Archive.move(Duration.ofDays(1)))
          .on("a", delivery -> assertThat(delivery.ack()).isTrue())
          .on("b", delivery -> handled.countDown());
      bus.queue("q").concurrency(1);
      bus.start();
      bus.publish(Event.of("a").id("1"));
      bus.publish(Event.of("b").id("2"));
      assertThat(await(handled)).isTrue();

      assertThat(backend.history("q")).extracting(DeliveryInfo::eventId).contains("1");
      clock.advance(Duration.ofDays(2));
      backend.prune(100);

      assertThat(backend.history("q")).isEmpty();
      assertThat(backend.history("unknown")).isEmpty();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
