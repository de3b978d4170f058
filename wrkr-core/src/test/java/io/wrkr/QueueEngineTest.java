package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.QueueEngine.Handout;
import io.wrkr.QueueEngine.Hold;
import io.wrkr.QueueEngine.Load;
import io.wrkr.QueueEngine.Settings;
import io.wrkr.QueueEngine.Step;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QueueEngineTest {
  private static final long MS = 1_000_000L;
  private static final Load IDLE = new Load(0, 0);

  private QueueEngine engine = engine(4, new SplittableRandom(1));
  private long now = 1_000_000_000L;

  @Nested
  class Claiming {
    @Test
    void first_claim_is_made_at_once_for_all_slots() {
      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void full_claim_is_followed_by_another_at_once() {
      claim(4, 4, Optional.empty());

      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void no_slot_no_claim() {
      assertThat(engine.next(now, new Load(0, 4)).full()).isTrue();
      assertThat(engine.next(now, new Load(3, 1)).full()).isTrue();
      assertThat(engine.next(now, new Load(1, 1)).claim()).isEqualTo(2);
    }

    @Test
    void pause_after_an_empty_claim_is_a_fifth_of_the_quiet_before_it_up_to_the_idle_interval() {
      assertPausesGrowWithTheQuiet(5);
    }

    @Test
    void pause_after_an_empty_claim_is_as_long_as_the_quiet_before_it_where_there_are_hints() {
      engine = engine(4, new SplittableRandom(1), true, false);

      assertPausesGrowWithTheQuiet(1);
    }

    private void assertPausesGrowWithTheQuiet(int part) {
      long found = now;
      while (now - found < 60_000 * MS) {
        claim(4, 0, Optional.empty());

        long wait = engine.next(now, IDLE).waitNanos();

        long most = Math.min(Math.max((now - found) / part, 50 * MS), 1000 * MS);
        assertThat(wait).isBetween(most * 8 / 10, most);
        now += wait;
      }
    }

    @Test
    void what_is_found_makes_the_pauses_short_again() {
      now += 60_000 * MS;

      claim(4, 1, Optional.empty());

      assertThat(pauseAfterOneMoreLook()).isLessThanOrEqualTo(50 * MS);
    }

    @Test
    void what_a_hint_told_of_is_followed_by_one_more_look_and_leaves_the_pauses_long() {
      engine = engine(4, new SplittableRandom(1), true, false);
      now += 60_000 * MS;
      engine.hint();

      claim(4, 1, Optional.empty());

      assertThat(engine.next(now, IDLE).waitNanos()).isLessThanOrEqualTo(50 * MS);
      assertThat(pauseAfterOneMoreLook()).isGreaterThanOrEqualTo(800 * MS);
    }

    @Test
    void what_the_last_claim_told_of_leaves_the_pauses_long() {
      engine = engine(4, new SplittableRandom(1), true, false);
      now += 60_000 * MS;
      engine.hint();
      claim(4, 4, Optional.empty());
      claim(4, 1, Optional.of(Duration.ofMillis(7)));
      now += 7 * MS;

      claim(4, 1, Optional.empty());

      assertThat(pauseAfterOneMoreLook()).isGreaterThanOrEqualTo(800 * MS);
    }

    @Test
    void what_nothing_told_of_makes_the_pauses_short() {
      engine = engine(4, new SplittableRandom(1), true, false);
      claim(4, 0, Optional.empty());
      now += 60_000 * MS;

      claim(4, 1, Optional.empty());

      assertThat(pauseAfterOneMoreLook()).isLessThanOrEqualTo(50 * MS);
    }

    @Test
    void what_is_found_after_a_failure_makes_the_pauses_short() {
      engine = engine(4, new SplittableRandom(1), true, false);
      claim(4, 0, Optional.of(Duration.ofMillis(7)));
      engine.next(now + 7 * MS, IDLE);
      engine.claimFailed(now + 7 * MS);
      now += 60_000 * MS;

      claim(4, 1, Optional.empty());

      assertThat(pauseAfterOneMoreLook()).isLessThanOrEqualTo(50 * MS);
    }

    /** Returns the pause after a look that finds nothing, 50 ms from now. */
    private long pauseAfterOneMoreLook() {
      now += 50 * MS;
      claim(4, 0, Optional.empty());
      return engine.next(now, IDLE).waitNanos();
    }

    @Test
    void next_due_instant_shortens_the_pause_to_the_point() {
      claim(4, 0, Optional.of(Duration.ofMillis(7)));

      Step step = engine.next(now, IDLE);

      assertThat(step.waitNanos()).isEqualTo(7 * MS);
      assertThat(engine.next(now + 7 * MS, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void far_due_instant_leaves_polling_as_it_is() {
      claim(4, 0, Optional.of(Duration.ofDays(36_000)));

      assertThat(engine.next(now, IDLE).waitNanos()).isLessThanOrEqualTo(100 * MS);
    }

    @Test
    void hint_ends_the_pause() {
      claim(4, 0, Optional.empty());

      engine.hint();

      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void hint_before_the_answer_of_a_claim_is_not_lost() {
      engine.next(now, IDLE);
      engine.hint();
      engine.claimed(Claims.NONE, 4, now, now, IDLE);

      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void after_a_claim_that_brought_many_but_not_all_hints_wait_until_more_has_gathered() {
      claim(100, 32, Optional.empty());

      engine.hint();

      assertThat(engine.next(now, IDLE).waitNanos()).isEqualTo(5 * MS);
      now += 5 * MS;
      assertThat(engine.next(now, IDLE).claim()).isPositive();
    }

    @Test
    void what_is_due_meanwhile_and_what_was_not_brought_do_not_wait_for_more() {
      claim(100, 32, Optional.of(Duration.ofMillis(2)));
      engine.hint();
      assertThat(engine.next(now, IDLE).waitNanos()).isEqualTo(2 * MS);

      claim(32, 32, Optional.empty());
      engine.hint();
      assertThat(engine.next(now, IDLE).claim()).isPositive();
    }

    @Test
    void hint_after_few_and_in_an_ordered_queue_is_followed_at_once() {
      claim(100, 31, Optional.empty());
      engine.hint();
      assertThat(engine.next(now, IDLE).claim()).isPositive();

      engine = engine(4, new SplittableRandom(1), false, true);
      claim(100, 32, Optional.empty());
      engine.hint();
      assertThat(engine.next(now, IDLE).claim()).isPositive();
    }

    @Test
    void failures_back_off_and_hints_do_not_shorten_that() {
      long wait = 0;
      for (int i = 0; i < 12; i++) {
        engine.claimFailed(now);
        engine.hint();
        wait = engine.next(now, IDLE).waitNanos();
        assertThat(wait).isPositive().isLessThanOrEqualTo(5000 * MS);
        now += wait;
      }
      assertThat(wait).isGreaterThan(3000 * MS);
    }

    @Test
    void claims_resume_at_once_after_a_failure_ends() {
      engine.claimFailed(now);
      claim(4, 4, Optional.empty());

      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
    }

    @Test
    void paused_or_stopped_queue_claims_nothing() {
      engine.paused(true);
      assertThat(engine.next(now, IDLE).claim()).isZero();

      engine.paused(false);
      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);

      engine.stop();
      assertThat(engine.next(now, IDLE).claim()).isZero();
    }

    @Test
    void what_a_claim_brings_after_stop_is_given_back() {
      engine.stop();

      Handout handout = claim(4, 3, Optional.empty());

      assertThat(handout.start()).isEmpty();
      assertThat(handout.giveBack()).hasSize(3);
    }

    @Test
    void concurrency_can_be_changed_while_running() {
      engine.slots(10);

      assertThat(engine.next(now, IDLE).claim()).isEqualTo(10);
    }
  }

  @Nested
  class Reserve {
    @Test
    void nothing_is_reserved_before_handlers_were_measured() {
      claimTaking(2 * MS, 4);

      assertThat(engine.reserve()).isZero();
    }

    @Test
    void fast_handlers_get_a_reserve_and_slow_ones_none() {
      claimTaking(2 * MS, 4);

      engine.handled(10_000);
      assertThat(engine.reserve()).isEqualTo(QueueEngine.MAX_RESERVE);

      for (int i = 0; i < 30; i++) {
        engine.handled(1_000.0 * MS);
      }
      assertThat(engine.reserve()).isZero();
    }

    @Test
    void reserve_lasts_twice_the_round_trip_at_the_measured_rate() {
      claimTaking(2 * MS, 4);
      engine.handled(1.0 * MS);

      // 4 slots at 1 ms handle 4 in a millisecond; two round trips are 4 ms.
      assertThat(engine.reserve()).isEqualTo(16);
    }

    @Test
    void claiming_resumes_when_half_of_the_reserve_is_used_up() {
      claimTaking(2 * MS, 4);
      engine.handled(1.0 * MS);
      engine.hint();

      assertThat(engine.next(now, new Load(9, 4)).full()).isTrue();
      assertThat(engine.next(now, new Load(8, 4)).claim()).isEqualTo(8);
    }

    @Test
    void too_many_unsettled_stop_claims_until_one_is_settled() {
      List<Hold> holds =
          engine.claimed(claims(3005, Optional.empty()), 3005, now, now, IDLE).start();

      assertThat(engine.next(now, IDLE).full()).as("4 slots, 1000, two claims, and 1").isTrue();
      assertThat(engine.end(holds.get(0))).isFalse();
      assertThat(engine.next(now, IDLE).full()).isTrue();
      assertThat(engine.end(holds.get(1))).as("room").isTrue();
      assertThat(engine.next(now, IDLE).claim()).isEqualTo(4);
      assertThat(engine.end(holds.get(1))).as("the same again").isFalse();
      assertThat(engine.end(holds.get(2))).as("one more").isFalse();
    }

    @Test
    void suspect_is_handled_without_neighbours_in_reserve() {
      claimTaking(2 * MS, 4);
      engine.handled(10_000);

      Handout handout =
          engine.claimed(
              new Claims(
                  IntStream.range(0, 10).mapToObj(i -> delivery(i, i == 0 ? 2 : 1)).toList(),
                  Optional.empty()),
              100,
              now,
              now,
              IDLE);

      assertThat(handout.start()).hasSize(4);
      assertThat(handout.giveBack()).hasSize(6);
      assertThat(engine.reserve()).isZero();
      handout.start().forEach(engine::end);
      assertThat(engine.reserve()).isPositive();
    }

    private void claimTaking(long nanos, int count) {
      Handout handout = engine.claimed(claims(count, Optional.empty()), 4, now - nanos, now, IDLE);
      handout.start().forEach(engine::end);
    }
  }

  @Nested
  class Leases {
    @Test
    void lease_is_extended_when_a_third_has_passed() {
      Hold hold = claim(4, 1, Optional.empty()).start().get(0);

      assertThat(engine.toExtend(now + 9_999 * MS, false)).isEmpty();
      assertThat(engine.toExtend(now + 10_000 * MS, false)).containsExactly(hold.lease());
      assertThat(engine.untilExtension(now + 4_000 * MS)).isEqualTo(6_000 * MS);
    }

    @Test
    void extension_counts_from_before_it_was_sent() {
      Hold hold = claim(4, 1, Optional.empty()).start().get(0);

      engine.extended(
          List.of(hold.lease()), List.of(hold.lease()), Duration.ofSeconds(30), now + 10_000 * MS);

      assertThat(hold.isCurrent(now + 39_999 * MS)).isTrue();
      assertThat(hold.isCurrent(now + 40_000 * MS)).isFalse();
    }

    @Test
    void lost_lease_is_told_once_and_forgotten() {
      Hold hold = claim(4, 1, Optional.empty()).start().get(0);

      List<Hold> lost =
          engine.extended(List.of(hold.lease()), List.of(), Duration.ofSeconds(30), now);

      assertThat(lost).containsExactly(hold);
      assertThat(hold.isLost()).isTrue();
      assertThat(engine.heldCount()).isZero();
      assertThat(engine.extended(List.of(hold.lease()), List.of(), Duration.ofSeconds(30), now))
          .isEmpty();
    }

    @Test
    void lease_that_is_being_settled_is_not_called_lost() {
      Hold hold = claim(4, 1, Optional.empty()).start().get(0);
      hold.settling();

      assertThat(engine.extended(List.of(hold.lease()), List.of(), Duration.ofSeconds(30), now))
          .isEmpty();
      assertThat(hold.isLost()).isFalse();
    }

    @Test
    void lease_is_not_extended_past_the_longest_hold() {
      Hold hold = claim(4, 1, Optional.empty()).start().get(0);
      long later = now + Duration.ofHours(12).toNanos();

      assertThat(engine.toExtend(later - 1, false)).containsExactly(hold.lease());
      assertThat(engine.toExtend(later, false)).isEmpty();
      assertThat(engine.toExtend(later, true)).isEmpty();
    }
  }

  private Handout claim(int asked, int got, Optional<Duration> untilNext) {
    engine.next(now, IDLE);
    return engine.claimed(claims(got, untilNext), asked, now, now, IDLE);
  }

  private static QueueEngine engine(int slots, SplittableRandom random) {
    return engine(slots, random, false, false);
  }

  private static QueueEngine engine(
      int slots, SplittableRandom random, boolean hints, boolean ordered) {
    return new QueueEngine(
        new Settings(
            Duration.ofSeconds(30),
            Duration.ofHours(12),
            Duration.ofSeconds(1),
            hints,
            ordered,
            1000),
        slots,
        random,
        1_000_000_000L);
  }

  private static Claims claims(int count, Optional<Duration> untilNext) {
    return new Claims(IntStream.range(0, count).mapToObj(i -> delivery(i, 1)).toList(), untilNext);
  }

  private static ClaimedDelivery delivery(int i, int attempt) {
    StoredEvent event =
        new StoredEvent(
            "e" + i, "a.b", Optional.empty(), new Payload(Payload.JSON, new byte[0]), Map.of());
    return new ClaimedDelivery(
        new Lease("q", "e" + i, attempt), event, attempt, Instant.EPOCH, Instant.EPOCH, "");
  }
}
