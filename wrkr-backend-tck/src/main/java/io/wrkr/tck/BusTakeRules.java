package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Receipt;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workers. */
abstract class BusTakeRules extends BusScenario {
  private static List<Event> events(int count) {
    return IntStream.range(0, count).mapToObj(i -> Event.of("a").id("e" + i)).toList();
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("TAKE-1")
  void a_burst_of_ten_thousand_is_handled_to_the_last_each_by_one_of_three_instances() {
    int burst = 10_000;
    CountDownLatch all = new CountDownLatch(burst);
    Collection<String> ids = new ConcurrentLinkedQueue<>();
    Set<Integer> busy = ConcurrentHashMap.newKeySet();
    Wrkr first = open();
    for (int i = 0; i < 3; i++) {
      int instance = i;
      Wrkr bus = i == 0 ? first : open();
      bus.queue("q")
          .on(
              "a",
              delivery -> {
                ids.add(delivery.event().id().orElseThrow());
                busy.add(instance);
                all.countDown();
              });
      bus.start();
    }

    for (int i = 0; i < 10; i++) {
      int part = i;
      first.publish(
          IntStream.range(0, burst / 10).mapToObj(n -> Event.of("a").id(part + "-" + n)).toList());
    }

    Await.signal(all);
    assertThat(ids).hasSize(burst).doesNotHaveDuplicates();
    assertThat(busy).isNotEmpty();
  }

  @Test
  @Rule("TAKE-2")
  void no_more_handlers_run_at_once_than_asked_for_raised_and_lowered_live() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    CountDownLatch six = new CountDownLatch(6);
    CountDownLatch go = new CountDownLatch(1);
    Wrkr bus = open();
    bus.queue("q")
        .concurrency(2)
        .on(
            "a",
            delivery -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              two.countDown();
              six.countDown();
              Await.signal(go);
              running.decrementAndGet();
              handled.add(delivery);
            });
    bus.start();
    bus.publish(events(20));
    Await.signal(two);
    assertThat(most).hasValue(2);

    bus.queue("q").concurrency(6);
    Await.signal(six);
    bus.queue("q").concurrency(1);
    go.countDown();

    nextIds(20);
    assertThat(most).hasValue(6);
  }

  @Test
  @Rule("TAKE-4")
  void a_paused_queue_claims_nothing_and_misses_nothing() {
    Wrkr bus = open();
    bus.queue("q").on("a", noting());
    bus.queue("other").on("b", noting());
    bus.queue("q").pause();
    bus.start();

    bus.publish(events(5));
    bus.publish(Event.of("b").id("probe"));
    assertThat(nextIds(1)).containsExactly("probe");
    bus.queue("q").resume();

    assertThat(nextIds(5)).containsExactlyInAnyOrder("e0", "e1", "e2", "e3", "e4");
  }

  @Test
  @Rule("TAKE-6")
  void one_queues_trouble_does_not_touch_another() {
    CountDownLatch never = new CountDownLatch(1);
    Wrkr bus = open();
    bus.queue("blocked").concurrency(1).on("a", delivery -> Await.signal(never));
    bus.queue("fails")
        .on(
            "a",
            delivery -> {
              throw new StackOverflowError();
            });
    bus.queue("works").on("a", noting());
    bus.start();

    bus.publish(events(50));

    assertThat(nextIds(50)).doesNotHaveDuplicates();
    never.countDown();
  }

  @Test
  @Needs(Capability.RETRY_DELAY)
  @Rule("TAKE-7")
  void what_no_handler_matches_is_given_back_uncounted_and_reported() {
    Wrkr bus = open();
    bus.queue("q").subscribe("b").on("a", noting());
    bus.start();
    bus.publish(Event.of("b").id("1"));
    awaitTold("unhandled 1", "RELEASED 1");

    bus.queue("q").on("#", noting());
    clock.advance(Duration.ofMinutes(10));

    Delivery delivery = next();
    assertThat(delivery.event().id()).contains("1");
    assertThat(delivery.attempt()).isEqualTo(1);
  }

  @Test
  @Rule("TAKE-8")
  void a_handler_may_publish_subscribe_cancel_and_ask() {
    Wrkr bus = open();
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              bus.queue("q").on("next", noting());
              bus.publish(Event.of("next").id("2"));
              bus.queue("q").pause();
              bus.queue("q").resume();
            });
    bus.start();

    bus.publish(Event.of("a").id("1"));

    assertThat(nextIds(1)).containsExactly("2");
    awaitTold("ACKED 1");
  }

  @Test
  @Rule("TAKE-8")
  void a_handler_may_close_the_bus() {
    CountDownLatch closed = new CountDownLatch(1);
    Wrkr bus = open();
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              bus.close();
              closed.countDown();
            });
    bus.start();

    bus.publish(Event.of("a"));

    Await.signal(closed);
  }

  @Test
  @Rule("TAKE-9")
  void a_handler_sees_all_about_its_delivery() {
    Wrkr bus = open();
    bus.queue("q").on("a.*", noting());
    bus.start();
    Receipt receipt = bus.publish(Event.of("a.b").id("1").tid("t").header("k", "v"));

    Delivery delivery = next();

    assertThat(delivery.queue()).isEqualTo("q");
    assertThat(delivery.name()).isEqualTo("a.b");
    assertThat(delivery.tid()).contains("t");
    assertThat(delivery.attempt()).isEqualTo(1);
    assertThat(delivery.fencingToken()).isPositive();
    assertThat(delivery.due()).isEqualTo(receipt.due()).isEqualTo(clock.instant());
    assertThat(delivery.publishedAt()).isEqualTo(clock.instant());
    assertThat(delivery.event().headers()).containsEntry("k", "v");
    assertThat(delivery.isLost()).isFalse();
  }

  @Test
  @Rule("TAKE-10")
  void a_batch_handler_settles_each_delivery_on_its_own() {
    Wrkr bus = open();
    bus.queue("q")
        .onBatch(
            "a",
            10,
            deliveries -> {
              deliveries.stream().filter(BusTakeRules::isFirst).forEach(Delivery::ack);
              if (deliveries.get(0).attempt() == 1) {
                throw new IllegalStateException("the rest is not handled");
              }
            });
    bus.publish(List.of(Event.of("a").id("none")));
    bus.start();
    bus.queue("q").pause();
    bus.publish(events(3));
    bus.queue("q").resume();

    awaitTold("ACKED e0", "RETRIED e1", "RETRIED e2");
  }

  private static boolean isFirst(Delivery delivery) {
    return delivery.event().id().equals(Optional.of("e0"));
  }
}
