package io.wrkr.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.PayloadCodec;
import io.wrkr.Recurrence;
import io.wrkr.RetryPolicy;
import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManualWrkrTest {
  private final ManualWrkr bus = ManualWrkr.create();
  private final List<String> log = new ArrayList<>();

  @AfterEach
  void close() {
    bus.close();
  }

  private void note(Delivery delivery) {
    Duration passed = Duration.between(ManualWrkr.DEFAULT_START, bus.now());
    log.add(delivery.name() + " +" + passed);
  }

  @Test
  void nothing_is_handled_before_the_test_says_so() {
    bus.subscribe("q", "a", this::note);

    bus.publish(Event.of("a"));

    assertThat(log).isEmpty();
    assertThat(bus.drain()).isEqualTo(new Drained(1, 0, 0, 0, 0));
    assertThat(log).containsExactly("a +PT0S");
  }

  @Test
  void what_comes_due_on_the_way_is_handled_at_its_time() {
    bus.subscribe("q", "#", this::note);
    bus.publish(Event.of("late").when("7 days"));
    bus.publish(Event.of("soon").when("90 minutes"));
    bus.publish(Event.of("later").when("8 days"));

    Drained drained = bus.advance("7 days");

    assertThat(log).containsExactly("soon +PT1H30M", "late +PT168H");
    assertThat(drained).isEqualTo(new Drained(2, 0, 0, 0, 1));
    assertThat(bus.now()).isEqualTo(ManualWrkr.DEFAULT_START.plus(Duration.ofDays(7)));
  }

  @Test
  void chain_of_follow_ups_runs_in_one_move() {
    bus.subscribe(
        "q",
        "#",
        delivery -> {
          note(delivery);
          if (log.size() < 4) {
            delivery.followUp(Event.of("a").delay(Duration.ofDays(1)));
          }
        });
    bus.publish(Event.of("a"));

    bus.advance("10 days");

    assertThat(log).containsExactly("a +PT0S", "a +PT24H", "a +PT48H", "a +PT72H");
  }

  @Test
  void retries_follow_the_policy_until_the_delivery_is_dead() {
    bus.queue("q")
        .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(3))
        .on(
            "a",
            delivery -> {
              note(delivery);
              throw new IllegalStateException("smtp is down");
            });
    bus.publish(Event.of("a"));

    Drained drained = bus.advance("1 day");

    assertThat(log).hasSize(3);
    assertThat(drained).isEqualTo(new Drained(0, 3, 2, 1, 0));
  }

  @Test
  void step_hands_out_one_delivery() {
    bus.subscribe("q", "#", this::note);
    bus.publish(List.of(Event.of("a"), Event.of("b"), Event.of("c").when("1 day")));

    assertThat(bus.step()).isTrue();
    assertThat(log).containsExactly("a +PT0S");
    assertThat(bus.step()).isTrue();
    assertThat(bus.step()).isFalse();

    assertThat(log).containsExactly("a +PT0S", "b +PT0S");
    assertThat(bus.advance("1 day").handled()).isEqualTo(1);
  }

  @Test
  void drain_after_a_step_handles_the_rest() {
    bus.subscribe("q", "#", this::note);
    bus.publish(IntStream.range(0, 50).mapToObj(i -> Event.of("a")).toList());
    bus.step();

    assertThat(bus.drain().handled()).isEqualTo(49);
  }

  @Test
  void handler_may_ack_itself_and_is_answered() {
    List<Boolean> answers = new ArrayList<>();
    bus.subscribe("q", "a", delivery -> answers.add(delivery.ack()));
    bus.publish(Event.of("a"));

    bus.drain();

    assertThat(answers).containsExactly(true);
    assertThat(bus.admin().queue("q").leased()).isZero();
  }

  @Test
  void handler_that_takes_long_keeps_its_lease() {
    bus.queue("q")
        .lease(Duration.ofSeconds(30))
        .on(
            "a",
            delivery -> {
              note(delivery);
              bus.advance("10 minutes");
              assertThat(delivery.ack()).isTrue();
            });
    bus.publish(Event.of("a"));

    bus.advance("1 hour");

    assertThat(log).containsExactly("a +PT0S");
  }

  @Test
  void handler_that_takes_too_long_is_interrupted_and_retried() {
    bus.queue("q")
        .timeout(Duration.ofMinutes(1))
        .retry(RetryPolicy.fixed(Duration.ofMinutes(5)))
        .on(
            "a",
            delivery -> {
              note(delivery);
              if (delivery.attempt() == 1) {
                bus.advance("2 minutes");
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
              }
            });
    bus.publish(Event.of("a"));

    bus.advance("1 hour");

    assertThat(log).hasSize(2);
    assertThat(bus.journal().traces().get(0).isHandled()).isTrue();
  }

  @Test
  void order_of_a_tid_is_kept_through_a_retry() {
    bus.queue("q")
        .ordered()
        .on(
            "#",
            delivery -> {
              note(delivery);
              if (log.size() == 1) {
                throw new IllegalStateException("once");
              }
            });
    bus.publish(List.of(Event.of("a").tid("1"), Event.of("b").tid("1")));

    bus.advance("1 hour");

    assertThat(log.stream().map(line -> line.substring(0, 1))).containsExactly("a", "a", "b");
  }

  @Test
  void recurrence_fires_once_at_each_of_its_times() {
    bus.subscribe("q", "report", this::note);
    bus.wrkr().repeat("r", Recurrence.every(Duration.ofDays(1)), Event.of("report"));

    bus.advance("5 days");

    assertThat(log).hasSize(5).startsWith("report +PT15H", "report +PT39H");
    assertThat(bus.wrkr().cancelRepeat("r")).isTrue();
    assertThat(bus.advance("5 days").handled()).isZero();
  }

  @Test
  void recurrence_whose_instance_died_while_firing_it_can_be_cancelled() {
    bus.subscribe("q", "report", this::note);
    bus.wrkr().repeat("r", Recurrence.every(Duration.ofDays(1)), Event.of("report"));
    bus.fakes().crashBeforeHandling("$wrkr.recurrences");
    bus.advance("15 hours");
    assertThat(log).isEmpty();

    assertThat(bus.wrkr().cancelRepeat("r")).isTrue();

    bus.advance("5 days");
    assertThat(log).hasSizeLessThanOrEqualTo(1);
    assertThat(bus.wrkr().admin().recurrences()).isEmpty();
  }

  @Test
  void recurrence_needs_nothing_of_the_users_codec() {
    List<String> texts = new ArrayList<>();
    try (ManualWrkr own = ManualWrkr.builder().options(b -> b.codec(new TextCodec())).build()) {
      own.subscribe("q", "report", delivery -> texts.add(delivery.payload(String.class)));
      own.wrkr().repeat("r", Recurrence.every(Duration.ofDays(1)), Event.of("report").payload("x"));

      own.advance("2 days");
    }

    assertThat(texts).containsExactly("\"x\"", "\"x\"");
  }

  /** Knows strings alone. */
  private static final class TextCodec implements PayloadCodec {
    @Override
    public Payload encode(Object value) {
      byte[] json = ("\"" + (String) value + "\"").getBytes(StandardCharsets.UTF_8);
      return new Payload(Payload.JSON, json);
    }

    @Override
    public <T> T decode(Payload payload, Class<T> type) {
      return type.cast(payload.text());
    }
  }

  @Test
  void acks_from_another_thread_count() throws Exception {
    List<Delivery> open = new ArrayList<>();
    bus.queue("q").manualAck().on("a", open::add);
    bus.publish(Event.of("a"));
    bus.drain();
    bus.advance("5 minutes");

    Thread other = Threads.started(() -> open.get(0).ack());
    other.join(20_000);

    assertThat(bus.admin().queue("q")).extracting("leased", "ready").containsExactly(0L, 0L);
  }

  @Test
  void two_runs_are_the_same_to_the_last_id() {
    assertThat(story(7)).isEqualTo(story(7)).isNotEqualTo(story(8));
  }

  private static String story(long seed) {
    try (ManualWrkr own = ManualWrkr.builder().seed(seed).build()) {
      StringBuilder text = new StringBuilder();
      own.queue("q")
          .on(
              "#",
              delivery -> {
                text.append(delivery.id()).append(own.now()).append('\n');
                if (delivery.attempt() < 4) {
                  throw new IllegalStateException("not yet");
                }
              });
      for (int i = 0; i < 20; i++) {
        own.publish(Event.of("a").tid("" + i));
      }
      own.advance("2 hours");
      return text + own.timeline();
    }
  }

  @Test
  void bus_may_be_closed_by_its_handler() {
    bus.subscribe("q", "a", delivery -> bus.close());
    bus.publish(Event.of("a"));

    bus.advance("1 minute");

    assertThatThrownBy(() -> bus.publish(Event.of("a"))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void clock_does_not_go_back() {
    assertThatThrownBy(() -> bus.advanceTo(Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1970-01-01T00:00:00Z");
  }

  @Test
  void handler_that_publishes_what_it_handles_is_found_out() {
    bus.subscribe("q", "a", delivery -> bus.publish(Event.of("a")));
    bus.publish(Event.of("a"));

    assertThatThrownBy(bus::drain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("100000 steps");
  }

  @Test
  void handler_may_not_run_handlers() {
    List<Throwable> refused = new ArrayList<>();
    bus.subscribe(
        "q",
        "a",
        delivery -> refused.add(org.assertj.core.api.Assertions.catchThrowable(bus::drain)));
    bus.publish(Event.of("a"));

    bus.drain();

    assertThat(refused).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void thousand_days_with_ten_thousand_events_are_handled_in_order() {
    List<Instant> dues = new ArrayList<>();
    bus.subscribe("q", "a", delivery -> dues.add(delivery.due()));
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      events.add(Event.of("a").delay(Duration.ofMinutes(i * 7919L % 1_440_000)));
    }
    bus.publish(events);

    Drained drained = bus.advance("1000 days");

    assertThat(drained.handled()).isEqualTo(10_000);
    assertThat(dues).isSorted();
  }
}
