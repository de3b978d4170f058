package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryState;
import org.junit.jupiter.api.Test;

/** Histories that look odd but are allowed: outcomes unknown, operations that overlap. */
class GoodHistoriesTest {

  @Test
  void handled_once_is_valid() {
    assertValid(Story.subscribed().handled(1).snap());
  }

  @Test
  void lost_publish_may_be_there_or_not() {
    assertValid(Story.subscribed().handled(1).pubLost(2).snap());
    assertValid(Story.subscribed().handled(1).pubLost(2).claim(2, 1, 1).ack(2, 1).snap());
    assertValid(
        Story.subscribed().handled(1).pubLost(2).pubAgain(2).claim(2, 1, 1).ack(2, 1).snap());
  }

  @Test
  void publish_whose_receipt_does_not_tell_may_be_a_duplicate() {
    assertValid(Story.subscribed().pubUntold(1).claim(1, 1, 1).ack(1, 1).snap());
    assertValid(Story.subscribed().handled(1).pubUntold(1).snap());
    assertValid(Story.subscribed().pub(1).pubUntold(1).claim(1, 1, 1).ack(1, 1).snap());
  }

  @Test
  void lost_ack_may_count_or_not() {
    Story counted = Story.subscribed().handled(2).pub(1).claim(1, 1, 1).lost(Op.ACK, 1, 1).snap();
    Story notCounted =
        Story.subscribed().pub(1).claim(1, 1, 1).lost(Op.ACK, 1, 1).sleep(2000).claim(1, 2, 2);

    assertValid(counted);
    assertValid(notCounted.ack(1, 2).snap());
  }

  @Test
  void ack_repeated_after_a_lost_answer_is_refused() {
    Story story = Story.subscribed().handled(2).pub(1).claim(1, 1, 1);

    assertValid(story.lost(Op.ACK, 1, 1).no(Op.ACK, 1, 1).snap());
  }

  @Test
  void claim_may_pass_over_an_earlier_one_that_is_still_being_published() {
    Story story = Story.subscribed().config(9, true, 0).tid("t").pubIn(2, 100).sleep(50);

    story.lasting(200).pub(1).sleep(60).claim(2, 1, 1).ack(2, 1).sleep(300);

    assertValid(story.claim(1, 1, 1).ack(1, 1).snap());
  }

  @Test
  void lost_claim_may_pass_over_an_earlier_one_that_is_still_being_published() {
    Story story = Story.subscribed().config(9, true, 0).tid("t").pubIn(2, 100).sleep(50);

    story.lasting(200).pub(1).sleep(60).claimLost().sleep(2000).claim(2, 2, 2).ack(2, 2);

    assertValid(story.claim(1, 1, 1).ack(1, 1).snap());
  }

  @Test
  void lost_claim_explains_a_skipped_attempt() {
    assertValid(Story.subscribed().pub(1).claimLost().sleep(2000).claim(1, 2, 2).ack(1, 2).snap());
  }

  @Test
  void lost_claim_explains_a_refused_late_ack() {
    Story story = Story.subscribed().handled(2).pub(1).claim(1, 1, 1).sleep(1500).claimLost();

    assertValid(story.no(Op.ACK, 1, 1).sleep(2000).claim(1, 3, 3).ack(1, 3).snap());
  }

  @Test
  void late_ack_counts_while_not_overtaken() {
    assertValid(Story.subscribed().pub(1).claim(1, 1, 1).sleep(5000).ack(1, 1).snap());
  }

  @Test
  void cancel_and_claim_at_once_may_end_either_way() {
    Story lost = Story.subscribed().handled(2).pub(1);
    lost.lasting(10).claim(1, 1, 1).lasting(10).no(Op.CANCEL, 1, 0);

    assertValid(lost.sleep(20).ack(1, 1).snap());
  }

  @Test
  void expired_lease_may_be_cancelled_and_its_ack_is_refused() {
    Story story = Story.subscribed().handled(2).pub(1).claim(1, 1, 1).sleep(2000);

    assertValid(story.change(Op.CANCEL, 1).no(Op.ACK, 1, 1).snap());
  }

  @Test
  void clock_set_back_keeps_a_lease_longer_and_set_forward_ends_it() {
    Story back = Story.subscribed().pub(1).claim(1, 1, 1).jump(-60_000).sleep(62_000);
    Story forward = Story.subscribed().pub(1).claim(1, 1, 1).jump(60_000);

    assertValid(back.claim(1, 2, 2).ack(1, 2).snap());
    assertValid(forward.claim(1, 2, 2).ack(1, 2).snap());
  }

  @Test
  void id_is_free_after_its_window() {
    Story story = Story.subscribed().window(10).handled(1).sleep(20_000);

    assertValid(story.handled(1).snap());
  }

  @Test
  void event_published_while_a_subscription_ends_may_reach_it() {
    Story reached = Story.subscribed().handled(2).lasting(5).unsub("#").pub(1, 1);
    Story missed = Story.subscribed().handled(2).lasting(5).unsub("#").pub(1, 0);

    assertValid(reached.claim(1, 1, 1).ack(1, 1).snap());
    assertValid(missed.snap());
  }

  @Test
  void attempt_beyond_the_last_is_dead_lettered_unseen() {
    Story story = Story.subscribed().config(1, false, 0).handled(2).pub(1).claim(1, 1, 1);

    assertValid(story.sleep(2000).claim(1, 2, 2).dead(1, 2).snap().row(1, DeliveryState.DEAD));
  }

  @Test
  void redriven_dead_letter_starts_from_attempt_one() {
    Story story = Story.subscribed().pub(1).claim(1, 1, 1).dead(1, 1).change(Op.REDRIVE, 1);

    assertValid(story.claim(1, 2, 1).ack(1, 2).snap());
  }

  @Test
  void tid_in_order_is_valid_and_what_is_not_due_holds_up_nobody() {
    Story story = Story.subscribed().config(9, true, 0).tid("t").pubIn(3, 500).handled(1);

    assertValid(story.handled(2).sleep(600).claim(3, 1, 1).ack(3, 1).snap());
  }

  @Test
  void counts_read_while_things_change_may_be_either() {
    Story story = Story.subscribed().handled(2).lasting(10).pub(1).stats(0, 0, 0, 0);

    assertValid(story.sleep(20).stats(1, 0, 0, 0).snap().row(1, DeliveryState.READY));
  }

  @Test
  void history_without_snapshot_ack_or_planned_fault_proves_nothing() {
    assertThat(Story.subscribed().handled(1).check().answer()).isEqualTo(Verdict.Answer.UNKNOWN);
    assertThat(Story.subscribed().snap().check().answer()).isEqualTo(Verdict.Answer.UNKNOWN);
    assertThat(Story.subscribed().handled(1).planned("kill").snap().check().doubts())
        .containsExactly("the planned fault kill never occurred");
  }

  @Test
  void report_shows_the_records_of_the_delivery_and_the_faults_around() {
    String report =
        Story.subscribed().pub(1).jump(5).claim(1, 1, 1).ack(1, 1).claim(1, 2, 2).check().report();

    assertThat(report)
        .contains("I4 (not after ack)", "PUB 10000000001", "ACK", "around it", "clock");
  }

  private static void assertValid(Story story) {
    Verdict verdict = story.check();
    assertThat(verdict.answer()).as(verdict.toString()).isEqualTo(Verdict.Answer.VALID);
  }
}
