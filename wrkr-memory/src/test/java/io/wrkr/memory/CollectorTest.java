package io.wrkr.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.EventCollector;
import io.wrkr.Interceptor;
import io.wrkr.Publisher;
import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.UnpublishedEventsException;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import io.wrkr.tck.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectorTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-21T09:00:00Z"));
  private final List<List<Event>> publishes = new ArrayList<>();
  private final Tap tap = new Tap();
  private Wrkr wrkr;
  private EventCollector collector;

  /** Sees every publish, and fails where a test wants it. */
  private final class Tap implements Interceptor {
    int failAt = -1;
    Runnable before = () -> {};

    @Override
    public List<Receipt> publish(List<Event> events, Publisher next) {
      before.run();
      if (publishes.size() == failAt) {
        failAt = -1;
        throw new BackendUnavailableException("the store is away", null);
      }
      publishes.add(events);
      return next.publish(events);
    }
  }

  @BeforeEach
  void open() {
    wrkr = Wrkr.builder(MemoryBackend.create()).clock(clock).interceptor(tap).build();
    wrkr.queue("q").subscribe("#");
    wrkr.start();
    collector = wrkr.collector();
  }

  @AfterEach
  void close() {
    wrkr.close();
  }

  @Test
  void nothing_is_visible_inside_the_block_and_all_of_it_after() {
    collector.run(
        () -> {
          collector.collect(Event.of("a").payload(1));
          collector.collect(Event.of("b").payload(2));
          assertThat(stored()).isEmpty();
        });

    assertThat(stored()).containsExactlyInAnyOrder("a", "b");
    assertThat(collector.collected()).isEmpty();
  }

  @Test
  void block_that_throws_publishes_nothing_and_lets_its_own_exception_through() {
    IOException failure = new IOException("disk");

    assertThatThrownBy(
            () ->
                collector.run(
                    () -> {
                      collector.collect(Event.of("a"));
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThat(stored()).isEmpty();
    assertThat(collector.collected()).isEmpty();
  }

  @Test
  void nested_block_joins_the_outermost() {
    collector.run(
        () -> {
          collector.collect(Event.of("outer"));
          collector.run(() -> collector.collect(Event.of("inner")));
          assertThat(stored()).isEmpty();
        });

    assertThat(publishes).hasSize(1);
    assertThat(stored()).containsExactlyInAnyOrder("outer", "inner");
  }

  @Test
  void what_a_failed_inner_block_collected_is_dropped_though_the_outer_goes_on() {
    collector.run(
        () -> {
          collector.collect(Event.of("outer"));
          assertThatThrownBy(
                  () ->
                      collector.run(
                          () -> {
                            collector.collect(Event.of("inner"));
                            throw new IllegalStateException("inner");
                          }))
              .hasMessage("inner");
          collector.collect(Event.of("after"));
        });

    assertThat(stored()).containsExactlyInAnyOrder("outer", "after");
  }

  @Test
  void publishes_in_order_in_chunks_of_a_hundred() {
    collector.run(() -> IntStream.range(0, 250).forEach(i -> collector.collect(Event.of("e" + i))));

    assertThat(publishes).extracting(List::size).containsExactly(100, 100, 50);
    assertThat(publishes.stream().flatMap(List::stream).map(Event::name))
        .containsExactlyElementsOf(IntStream.range(0, 250).mapToObj(i -> "e" + i).toList());
  }

  @Test
  void block_without_events_does_no_publish() {
    collector.run(() -> {});

    assertThat(publishes).isEmpty();
  }

  @Test
  void failed_chunk_and_its_followers_stay_and_are_published_later_under_the_same_ids() {
    tap.failAt = 1;

    UnpublishedEventsException failure =
        catchThrowableOfType(
            UnpublishedEventsException.class,
            () ->
                collector.call(
                    () -> {
                      IntStream.range(0, 250).forEach(i -> collector.collect(Event.of("e" + i)));
                      return "the result";
                    }));

    assertThat(failure.result()).isEqualTo("the result");
    assertThat(failure.events()).hasSize(150);
    assertThat(failure).hasMessageContaining("150").hasMessageContaining("the store is away");
    List<String> ids = collector.collected().stream().map(e -> e.id().orElseThrow()).toList();
    List<Receipt> receipts = collector.publish();
    assertThat(receipts).extracting(Receipt::id).isEqualTo(ids);
    assertThat(stored()).hasSize(250);
    assertThat(collector.collected()).isEmpty();
  }

  @Test
  void id_and_delay_are_fixed_when_collected() {
    collector.collect(Event.of("a").delay(Duration.ofHours(1)));
    String id = collector.collected().get(0).id().orElseThrow();
    clock.advance(Duration.ofMinutes(20));

    Receipt receipt = collector.publish().get(0);

    assertThat(receipt.id()).isEqualTo(id);
    assertThat(receipt.due()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
  }

  @Test
  void phrase_is_read_when_collected() {
    collector.collect(Event.of("a").when("2 hours"));
    clock.advance(Duration.ofMinutes(90));

    assertThat(collector.publish().get(0).due()).isEqualTo("2026-11-21T11:00:00Z");
  }

  @Test
  void what_is_collected_while_publishing_is_published_too() {
    tap.before =
        () -> {
          tap.before = () -> {};
          collector.collect(Event.of("late"));
        };

    collector.run(() -> collector.collect(Event.of("early")));

    assertThat(stored()).containsExactlyInAnyOrder("early", "late");
  }

  @Test
  void threads_do_not_see_each_others_events_and_pooled_ones_keep_none() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      collector.run(
          () -> {
            collector.collect(Event.of("mine"));
            assertThat(pool.submit(collector::collected).get(10, TimeUnit.SECONDS)).isEmpty();
            pool.submit(() -> collector.run(() -> collector.collect(Event.of("theirs"))))
                .get(10, TimeUnit.SECONDS);
            assertThat(stored()).containsExactly("theirs");
          });
      assertThat(pool.submit(collector::collected).get(10, TimeUnit.SECONDS)).isEmpty();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void captured_unit_of_work_is_attached_to_another_thread() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      collector.run(
          () -> {
            EventCollector.Captured captured = collector.capture();
            pool.submit(
                    () ->
                        captured.call(
                            () -> {
                              collector.collect(Event.of("from.there"));
                              return true;
                            }))
                .get(10, TimeUnit.SECONDS);
            assertThat(stored()).isEmpty();
          });

      assertThat(stored()).containsExactly("from.there");
      assertThat(pool.submit(collector::collected).get(10, TimeUnit.SECONDS)).isEmpty();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void clear_drops_what_was_collected() {
    collector.collect(Event.of("a"));

    collector.clear();

    assertThat(collector.publish()).isEmpty();
    assertThat(stored()).isEmpty();
  }

  @Test
  void block_that_is_closed_by_hand_publishes_only_what_succeeded() {
    try (EventCollector.Block block = collector.open()) {
      collector.collect(Event.of("kept"));
      block.succeeded();
    }
    try (EventCollector.Block block = collector.open()) {
      assertThat(block).isNotNull();
      collector.collect(Event.of("dropped"));
    }

    assertThat(stored()).containsExactly("kept");
  }

  @Test
  void unit_of_work_is_bounded_and_the_refusal_names_the_number() {
    assertThatThrownBy(
            () ->
                collector.run(
                    () -> {
                      for (int i = 0; i < 1_000_000; i++) {
                        collector.collect(Event.of("a"));
                      }
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("100000");
    assertThat(stored()).isEmpty();
  }

  @Test
  void collected_event_that_is_refused_is_refused_when_collected() {
    assertThatThrownBy(() -> collector.collect(Event.of("a").when("7 bananas")))
        .hasMessageContaining("bananas");
  }

  @Test
  void handler_inside_the_collectors_interceptor_publishes_only_if_it_succeeds() throws Exception {
    BlockingQueue<String> done = new LinkedBlockingQueue<>();
    Wrkr[] bus = new Wrkr[1];
    Interceptor around =
        new Interceptor() {
          @Override
          public void handle(Delivery delivery, io.wrkr.Handler next) throws Exception {
            bus[0].collector().aroundHandlers().handle(delivery, next);
          }
        };
    try (Wrkr own = Wrkr.builder(MemoryBackend.create()).interceptor(around).build()) {
      bus[0] = own;
      CompletableFuture<Event> child = new CompletableFuture<>();
      own.queue("children").on("child", delivery -> child.complete(delivery.event()));
      own.queue("parents")
          .on(
              "parent",
              delivery -> {
                own.collector().collect(Event.of("child").payload(delivery.attempt()));
                if (delivery.attempt() == 1) {
                  delivery.retry(Duration.ZERO);
                  throw new IllegalStateException("first");
                }
                done.add("ok");
              });
      own.start();

      Receipt parent = own.publish(Event.of("parent"));

      assertThat(done.poll(10, TimeUnit.SECONDS)).isEqualTo("ok");
      Event published = child.get(10, TimeUnit.SECONDS);
      assertThat(published.payload(Integer.class)).isEqualTo(2);
      assertThat(published.parent()).contains(parent.id());
      assertThat(published.correlation()).contains(parent.id());
    }
  }

  @Test
  void joining_a_transaction_is_refused_where_the_backend_has_none() {
    assertThatThrownBy(() -> wrkr.within(new Object()))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContaining("TX_JOIN");
  }

  private List<String> stored() {
    return wrkr.admin().find(Query.all().limit(1000)).deliveries().stream()
        .map(info -> info.name())
        .toList();
  }
}
