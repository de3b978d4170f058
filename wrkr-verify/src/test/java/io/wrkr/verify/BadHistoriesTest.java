package io.wrkr.verify;

import static io.wrkr.verify.Invariant.I1;
import static io.wrkr.verify.Invariant.I10;
import static io.wrkr.verify.Invariant.I11;
import static io.wrkr.verify.Invariant.I12;
import static io.wrkr.verify.Invariant.I13;
import static io.wrkr.verify.Invariant.I14;
import static io.wrkr.verify.Invariant.I2;
import static io.wrkr.verify.Invariant.I3;
import static io.wrkr.verify.Invariant.I4;
import static io.wrkr.verify.Invariant.I5;
import static io.wrkr.verify.Invariant.I6;
import static io.wrkr.verify.Invariant.I7;
import static io.wrkr.verify.Invariant.I8;
import static io.wrkr.verify.Invariant.I9;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Histories that break one rule each, as small as they can be. */
class BadHistoriesTest {
  private record Bad(String name, Invariant invariant, Consumer<Story> story) {}

  private final List<Bad> all = new ArrayList<>();

  @TestFactory
  Stream<DynamicTest> every_bad_history_is_flagged_by_its_invariant() {
    addAll();
    return all.stream()
        .map(bad -> DynamicTest.dynamicTest(bad.invariant() + " " + bad.name(), () -> run(bad)));
  }

  @Test
  void there_are_at_least_60() {
    addAll();
    assertThat(all).hasSizeGreaterThanOrEqualTo(60);
  }

  private static void run(Bad bad) {
    Story story = Story.subscribed();
    bad.story().accept(story);
    Verdict verdict = story.check();
    assertThat(verdict.violated()).as(verdict.toString()).contains(bad.invariant());
  }

  private void bad(Invariant invariant, String name, Consumer<Story> story) {
    all.add(new Bad(name, invariant, story));
  }

  private void addAll() {
    losses();
    inventions();
    early();
    afterTheEnd();
    tokens();
    leases();
    order();
    duplicates();
    cancels();
    attempts();
    counts();
    progress();
    atomicity();
    recurrences();
  }

  private void losses() {
    bad(I1, "published and gone", s -> s.pub(1).snap());
    bad(I1, "claimed and gone", s -> s.pub(1).claim(1, 1, 1).snap());
    bad(I1, "retried and gone", s -> s.pub(1).claim(1, 1, 1).retry(1, 1, 5).snap());
    bad(I1, "released and gone", s -> s.pub(1).claim(1, 1, 1).release(1, 1, 5).snap());
    bad(I1, "dead letter gone", s -> s.pub(1).claim(1, 1, 1).dead(1, 1).snap());
    bad(
        I1,
        "redriven and gone",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).change(Op.REDRIVE, 1).snap());
    bad(I1, "acked but still there", s -> s.handled(1).snap().row(1, DeliveryState.READY));
    bad(I1, "second queue left out", s -> s.on("r").sub("#").on("q").handled(1).snap());
    bad(I1, "receipt forgets a queue", s -> s.on("r").sub("#").on("q").pub(1, 1));
    bad(
        I1,
        "lost after an unsubscribe of another pattern",
        s -> s.sub("a.b").unsub("a.b").pub(1).snap());
    bad(I1, "refused ack, then gone", s -> s.pub(1).claim(1, 1, 1).refused(Op.ACK, 1, 1).snap());
  }

  private void inventions() {
    bad(I2, "claimed but never published", s -> s.claim(1, 1, 1));
    bad(I2, "published with a refusal, then claimed", s -> s.pubRefused(1).claim(1, 1, 1));
    bad(I2, "content changed", s -> s.pub(1).claimChanged(1, 1, 1));
    bad(
        I2,
        "pattern does not match",
        s -> s.on("r").sub("x.*").on("q").pub(1).on("r").claim(1, 1, 1));
    bad(
        I2,
        "unsubscribed before the publish",
        s -> s.on("r").sub("#").unsub("#").on("q").pub(1).on("r").claim(1, 1, 1));
    bad(I2, "subscribed after the publish", s -> s.on("q").pub(1).on("r").sub("#").claim(1, 1, 1));
    bad(I2, "handled without a claim", s -> s.pub(1).run(1, 1));
    bad(I2, "handled under another token", s -> s.pub(1).claim(1, 1, 1).run(1, 2));
    bad(I2, "in the snapshot but refused", s -> s.pubRefused(1).snap().row(1, DeliveryState.READY));
    bad(I2, "receipt names too many queues", s -> s.pub(1, 2));
    bad(I2, "ack of what never was", s -> s.ack(1, 1));
  }

  private void early() {
    bad(I3, "claimed before its due", s -> s.pubIn(1, 500).claim(1, 1, 1));
    bad(
        I3,
        "claimed before its retry",
        s -> s.pub(1).claim(1, 1, 1).retry(1, 1, 500).claim(1, 2, 2));
    bad(
        I3,
        "claimed before its release ends",
        s -> s.pub(1).claim(1, 1, 1).release(1, 1, 500).claim(1, 2, 1));
    bad(I3, "receipt is earlier than asked", s -> s.pubLying(1, 500));
    bad(
        I3,
        "claimed before the rescheduled due",
        s -> s.pubIn(1, 5).reschedule(1, 500).sleep(10).claim(1, 1, 1));
    bad(I3, "due by a clock set forward, then back", s -> s.pubIn(1, 500).jump(400).claim(1, 1, 1));
  }

  private void afterTheEnd() {
    bad(I4, "claimed after its ack", s -> s.handled(1).claim(1, 2, 2));
    bad(I4, "claimed after its lease, though acked", s -> s.handled(1).sleep(2000).claim(1, 2, 2));
    bad(
        I4,
        "claimed after its discard",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).change(Op.DISCARD, 1).claim(1, 2, 1));
    bad(I4, "retried after its ack", s -> s.handled(1).retry(1, 1, 1));
    bad(
        I4,
        "claimed by another while the ack was long done",
        s -> s.handled(1).by(2).claim(1, 9, 1));
  }

  private void tokens() {
    bad(I5, "token reused", s -> s.pub(1).claim(1, 1, 1).retry(1, 1, 0).claim(1, 1, 2));
    bad(I5, "token falls", s -> s.pub(1).claim(1, 5, 1).retry(1, 5, 0).claim(1, 4, 2));
    bad(I5, "two acks count", s -> s.handled(1).ack(1, 1));
    bad(I5, "retry and ack count", s -> s.pub(1).claim(1, 1, 1).retry(1, 1, 5).ack(1, 1));
    bad(I5, "one claim handled twice", s -> s.pub(1).claim(1, 1, 1).run(1, 1).run(1, 1));
    bad(
        I5,
        "two rows in the snapshot",
        s -> s.pub(1).snap().row(1, DeliveryState.READY).row(1, DeliveryState.READY));
    bad(
        I5,
        "token falls after a redrive",
        s -> s.pub(1).claim(1, 3, 1).dead(1, 3).change(Op.REDRIVE, 1).claim(1, 1, 1));
  }

  private void leases() {
    bad(I6, "claimed while leased", s -> s.pub(1).claim(1, 1, 1).by(2).claim(1, 2, 2));
    bad(
        I6,
        "claimed though extended",
        s -> s.pub(1).claim(1, 1, 1).sleep(900).extend(1, 1, 1000).sleep(500).claim(1, 2, 2));
    bad(I6, "zombie ack counts", s -> s.pub(1).claim(1, 1, 1).sleep(2000).claim(1, 2, 2).ack(1, 1));
    bad(
        I6,
        "zombie retry counts",
        s -> s.pub(1).claim(1, 1, 1).sleep(2000).claim(1, 2, 2).retry(1, 1, 0));
    bad(
        I6,
        "zombie extends",
        s -> s.pub(1).claim(1, 1, 1).sleep(2000).claim(1, 2, 2).extend(1, 1, 1000));
    bad(I6, "ack refused in its lease", s -> s.pub(1).claim(1, 1, 1).no(Op.ACK, 1, 1));
    bad(
        I6,
        "late ack refused though not overtaken",
        s -> s.pub(1).claim(1, 1, 1).sleep(2000).no(Op.ACK, 1, 1));
    bad(I6, "extend refused in its lease", s -> s.pub(1).claim(1, 1, 1).no(Op.EXTEND, 1, 1));
    bad(I6, "extend of an acked delivery", s -> s.handled(1).extend(1, 1, 1000));
    bad(
        I6,
        "lease ended by the clock of a worker",
        s -> s.pub(1).jump(3600_000).claim(1, 1, 1).jump(-3600_000).claim(1, 2, 2));
    bad(
        I6,
        "taken twice at once",
        s -> s.pub(1).lasting(10).claim(1, 1, 1).by(2).lasting(10).claim(1, 2, 2));
  }

  private void order() {
    bad(
        I7,
        "later one claimed while the first runs",
        s -> s.config(9, true, 0).tid("t").pub(1).pub(2).claim(1, 1, 1).claim(2, 1, 1));
    bad(
        I7,
        "later one claimed first",
        s -> s.config(9, true, 0).tid("t").pub(1).pub(2).claim(2, 1, 1));
    bad(I7, "overtaken in a batch", s -> s.config(9, true, 0).tid("t").batch(1, 2).claim(2, 1, 1));
    bad(
        I7,
        "overtaken during its retry",
        s ->
            s.config(9, true, 0)
                .tid("t")
                .pub(1)
                .pub(2)
                .claim(1, 1, 1)
                .retry(1, 1, 500)
                .claim(2, 1, 1));
    bad(
        I7,
        "dead head lets followers pass",
        s -> s.config(1, true, 0).tid("t").pub(1).pub(2).claim(1, 1, 1).dead(1, 1).claim(2, 1, 1));
    bad(
        I7,
        "overtaken after its lease ended",
        s ->
            s.config(9, true, 0)
                .tid("t")
                .pub(1)
                .pub(2)
                .claim(1, 1, 1)
                .sleep(2000)
                .claim(2, 1, 1)
                .ack(2, 1)
                .claim(1, 2, 2));
    bad(
        I7,
        "longer delay overtakes",
        s -> s.config(9, true, 0).tid("t").pubIn(2, 50).pubIn(1, 5).sleep(90).claim(2, 1, 1));
    bad(
        I7,
        "overtaken, and the lost claim took neither",
        s ->
            s.config(9, true, 0)
                .tid("t")
                .claimLost()
                .pubIn(2, 50)
                .pubIn(1, 5)
                .sleep(90)
                .claim(2, 1, 1));
  }

  private void duplicates() {
    bad(I8, "second publish makes another", s -> s.pub(1).pub(1));
    bad(I8, "second publish makes another after the ack", s -> s.handled(1).pub(1));
    bad(I1, "untold publish is lost", s -> s.handled(2).pubUntold(1).snap());
    bad(
        I4,
        "untold publish of an ended one brings it again",
        s -> s.handled(1).pubUntold(1).claim(1, 2, 1));
    bad(I8, "duplicate of nothing", s -> s.pubAgain(1));
    bad(I8, "duplicate of a refused publish", s -> s.pubRefused(1).pubAgain(1));
    bad(
        I8,
        "duplicate after window and prune",
        s -> s.window(10).handled(1).sleep(20_000).prune().pubAgain(1));
    bad(
        I8,
        "another made well inside its window",
        s -> s.window(10).handled(1).sleep(5_000).pub(1));
  }

  private void cancels() {
    bad(I9, "claimed after its cancel", s -> s.pub(1).change(Op.CANCEL, 1).claim(1, 1, 1));
    bad(I9, "acked and cancelled", s -> s.pub(1).claim(1, 1, 1).change(Op.CANCEL, 1).ack(1, 1));
    bad(I9, "cancel of a leased one", s -> s.pub(1).claim(1, 1, 1).change(Op.CANCEL, 1));
    bad(I9, "cancel false though waiting", s -> s.pubIn(1, 900).no(Op.CANCEL, 1, 0));
    bad(I9, "cancelled twice", s -> s.pub(1).change(Op.CANCEL, 1).change(Op.CANCEL, 1));
    bad(
        I9,
        "cancelled but in the snapshot",
        s -> s.pub(1).change(Op.CANCEL, 1).snap().row(1, DeliveryState.READY));
    bad(I9, "reschedule of a leased one", s -> s.pub(1).claim(1, 1, 1).reschedule(1, 5));
  }

  private void attempts() {
    bad(I10, "attempt not counted", s -> s.pub(1).claim(1, 1, 1).retry(1, 1, 0).claim(1, 2, 1));
    bad(I10, "attempt skipped", s -> s.pub(1).claim(1, 1, 2));
    bad(I10, "release counted", s -> s.pub(1).claim(1, 1, 1).release(1, 1, 0).claim(1, 2, 2));
    bad(I10, "lost lease not counted", s -> s.pub(1).claim(1, 1, 1).sleep(2000).claim(1, 2, 1));
    bad(
        I10,
        "handled beyond the last attempt",
        s -> s.config(1, false, 0).pub(1).claim(1, 1, 1).sleep(2000).claim(1, 2, 2).run(1, 2));
    bad(
        I10,
        "retried after the last attempt",
        s -> s.config(1, false, 0).pub(1).claim(1, 1, 1).fails(1, 1).retry(1, 1, 0));
    bad(
        I10,
        "dead before the last attempt",
        s -> s.config(3, false, 0).pub(1).claim(1, 1, 1).fails(1, 1).dead(1, 1));
    bad(I10, "claimed though dead", s -> s.pub(1).claim(1, 1, 1).dead(1, 1).claim(1, 2, 2));
    bad(I10, "redrive of a live one", s -> s.pub(1).change(Op.REDRIVE, 1));
    bad(
        I10,
        "redrive of a dead one refused",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).no(Op.REDRIVE, 1, 0));
    bad(
        I10,
        "dead but live in the snapshot",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).snap().row(1, DeliveryState.READY));
    bad(I10, "live but dead in the snapshot", s -> s.pub(1).snap().row(1, DeliveryState.DEAD));
    bad(
        I10,
        "attempts kept by a redrive",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).change(Op.REDRIVE, 1).claim(1, 2, 2));
  }

  private void counts() {
    bad(I11, "one too many", s -> s.pub(1).stats(2, 0, 0, 0));
    bad(I11, "one too few", s -> s.pub(1).stats(0, 0, 0, 0));
    bad(I11, "acked is counted", s -> s.handled(1).stats(1, 0, 0, 0));
    bad(I11, "dead letter missing", s -> s.pub(1).claim(1, 1, 1).dead(1, 1).stats(0, 0, 0, 0));
    bad(
        I11,
        "dead letter counted as ready",
        s -> s.pub(1).claim(1, 1, 1).dead(1, 1).stats(1, 0, 0, 1));
    bad(
        I11,
        "leased at rest though ready",
        s -> s.pub(1).snap().row(1, DeliveryState.READY).stats(0, 0, 1, 0));
  }

  private void progress() {
    bad(I12, "pending after the drain", s -> s.pub(1).drained().row(1, DeliveryState.READY));
    bad(
        I12,
        "claimed long after the heal",
        s -> s.config(9, false, 100).pub(1).heal().sleep(500).claim(1, 1, 1));
    bad(
        I12,
        "never claimed again",
        s ->
            s.config(9, false, 100)
                .pub(1)
                .claim(1, 1, 1)
                .heal()
                .sleep(5000)
                .snap()
                .row(1, DeliveryState.READY));
    bad(
        I12,
        "retry forgotten",
        s ->
            s.config(9, false, 100)
                .pub(1)
                .claim(1, 1, 1)
                .retry(1, 1, 10)
                .heal()
                .sleep(500)
                .claim(1, 2, 2));
  }

  private void atomicity() {
    bad(
        I13,
        "acked, its follow-up lost",
        s -> s.pub(1).claim(1, 1, 1).follow(2, 1, 1).ack(1, 1).pubFollow(2).snap());
    bad(
        I13,
        "follow-up there, its ack refused",
        s -> s.pub(1).claim(1, 1, 1).follow(2, 1, 1).no(Op.ACK, 1, 1).pubRefused(2).claim(2, 1, 1));
    bad(
        I13,
        "follow-up there, its ack never applied",
        s ->
            s.pub(1)
                .claim(1, 1, 1)
                .follow(2, 1, 1)
                .lost(Op.ACK, 1, 1)
                .pubLost(2)
                .claim(2, 1, 1)
                .sleep(2000)
                .claim(1, 2, 2));
    bad(I13, "half a batch", s -> s.batchLost(1, 2).claim(1, 1, 1).ack(1, 1).snap());
  }

  private void recurrences() {
    bad(I14, "nominal instant without an event", s -> s.expect("r", 10));
    bad(I14, "two events", s -> s.expect("r", 10).fire("r", 10, 1).fire("r", 10, 2));
    bad(I14, "event nobody expected", s -> s.expect("r", 10).fire("r", 10, 1).fire("r", 11, 2));
    bad(I14, "fired for another recurrence", s -> s.expect("r", 10).fire("s", 10, 1));
  }
}
