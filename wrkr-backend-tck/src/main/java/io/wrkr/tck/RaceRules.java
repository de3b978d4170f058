package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads at once. */
abstract class RaceRules extends SpiScenario {
  @Test
  @Rule("PUB-7")
  void concurrent_publishers_lose_nothing() {
    subscribe("q", "a");

    List<List<Receipt>> receipts =
        Race.of(
            8,
            number -> {
              List<Receipt> mine = new ArrayList<>();
              for (int i = 0; i < 25; i++) {
                mine.addAll(publish(events("a", "p" + number + "-" + i + "-", 4)));
              }
              return mine;
            });

    List<String> published = receipts.stream().flatMap(List::stream).map(Receipt::id).toList();
    assertThat(published).hasSize(800);
    assertThat(claimIds("q")).containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  @Rule("PUB-7")
  void each_publishers_events_keep_their_order() {
    subscribe("q", "a");

    Race.of(4, number -> publish(events("a", number + "-", 100)));

    List<String> claimed = claimIds("q");
    for (int publisher = 0; publisher < 4; publisher++) {
      String prefix = publisher + "-";
      assertThat(claimed.stream().filter(id -> id.startsWith(prefix)))
          .containsExactlyElementsOf(
              events("a", prefix, 100).stream().map(e -> e.event().id()).toList());
    }
  }

  @Test
  @Rule("TAKE-1")
  @Rule("ACK-2")
  void publishers_and_workers_at_once_handle_each_event_once() {
    subscribe("q", "a");
    int total = 600;
    Collection<String> handled = new ConcurrentLinkedQueue<>();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int publisher = i;
      tasks.add(
          () -> {
            for (int n = 0; n < total / 30; n++) {
              publish(events("a", publisher + "-" + n + "-", 10));
            }
            return 0;
          });
      tasks.add(() -> handle(handled, total));
    }

    Race.run(tasks);

    assertThat(handled).hasSize(total).doesNotHaveDuplicates();
    clock.advance(LEASE);
    assertNothingReady("q");
  }

  private int handle(Collection<String> handled, int total) {
    int settlements = 0;
    while (handled.size() < total && !Race.isOver()) {
      for (ClaimedDelivery delivery : backend.claim(new ClaimRequest("q", 7, LEASE)).deliveries()) {
        boolean retries = delivery.attempt() == 1 && settlements++ % 3 == 0;
        if (retries) {
          assertThat(retry(delivery, Duration.ZERO)).isTrue();
        } else {
          assertThat(ack(delivery)).isTrue();
          handled.add(delivery.event().id());
        }
      }
    }
    return settlements;
  }

  @Test
  @Rule("ACK-3")
  void of_settlements_at_the_same_moment_one_wins() {
    subscribe("q", "a");
    publish(events("a", "e", 50));
    List<ClaimedDelivery> claimed = claimAll("q");

    List<Integer> refused =
        Race.of(
            4,
            number ->
                backend
                    .settle(
                        claimed.stream()
                            .<Settlement>map(
                                d ->
                                    number % 2 == 0
                                        ? ackOf(d)
                                        : new Settlement.DeadLetter(d.lease(), "broken"))
                            .toList())
                    .size());

    assertThat(refused.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3 * 50);
  }

  @Test
  @Rule("SUB-3")
  void a_publish_that_begins_after_subscribe_returned_reaches_the_queue() {
    AtomicInteger subscribed = new AtomicInteger();
    int queues = 40;
    List<Callable<Boolean>> tasks = new ArrayList<>();
    tasks.add(
        () -> {
          for (int i = 0; i < queues; i++) {
            backend.subscribe(new Subscription("queue-" + i, "a"), false);
            subscribed.set(i + 1);
          }
          return true;
        });
    for (int i = 0; i < 3; i++) {
      tasks.add(
          () -> {
            boolean complete = true;
            while (subscribed.get() < queues && !Race.isOver()) {
              int before = subscribed.get();
              complete &= publish(event("a")).queues().size() >= before;
            }
            return complete;
          });
    }

    assertThat(Race.run(tasks)).containsOnly(true);
  }

  @Test
  @Rule("LEASE-2")
  void overtaking_workers_never_share_a_token() {
    subscribe("q", "a");
    publish(event("a"));
    Collection<Long> tokens = new ConcurrentLinkedQueue<>();

    Race.of(
        6,
        number -> {
          for (int i = 0; i < 30; i++) {
            for (ClaimedDelivery delivery : claim("q", 1).deliveries()) {
              tokens.add(delivery.lease().token());
              release(delivery, Duration.ZERO);
            }
          }
          return number;
        });

    assertThat(tokens).isNotEmpty().doesNotHaveDuplicates();
    assertThat(claimAll("q")).hasSize(1);
  }
}
