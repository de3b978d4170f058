package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Archive;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Due;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the decorator records what callers see, and changes nothing. */
class RecordingBackendTest {
  private final EventLoop loop = new EventLoop(new SplittableRandom(1));
  private final MemoryJournal journal = new MemoryJournal();
  private final Recorder recorder = new Recorder(journal, loop, 1);
  private final ReferenceStore store = new ReferenceStore(loop.storeClock());
  private final Backend backend = RecordingBackend.around(store, recorder);

  @Test
  void whole_life_of_an_event_is_recorded_and_valid() {
    recorder.clock(recorder.now(), loop.storeClock().instant());
    backend.subscribe(new Subscription("q", "#"), false);
    assertThat(backend.publish(List.of(event("one"), event("two")))).hasSize(2);
    Claims claims = backend.claim(new ClaimRequest("q", 10, Duration.ofSeconds(1)));
    List<Lease> leases = claims.deliveries().stream().map(each -> each.lease()).toList();
    long run = recorder.handlerStarted(leases.get(0), 1);
    recorder.handlerEnded(run, true, false);
    assertThat(backend.extend(leases, Duration.ofSeconds(2))).isEqualTo(leases);
    assertThat(backend.settle(List.of(ack(leases.get(0))))).isEmpty();
    assertThat(backend.settle(List.of(ack(leases.get(0))))).hasSize(1);
    backend.settle(List.of(new Settlement.DeadLetter(leases.get(1), "why")));
    Inspector inspector = (Inspector) backend;
    inspector.stats();
    assertThat(inspector.redrive(Query.all().queue("q").eventId("two"))).isEqualTo(1);
    assertThat(inspector.cancel(Query.all().queue("q").eventId("two"))).isEqualTo(1);
    backend.unsubscribe(new Subscription("q", "#"));
    recorder.snapshot(recorder.now(), inspector.find(Query.all()).deliveries(), true);

    Verdict verdict = Checker.check(HistoryLoader.of(journal));

    assertThat(verdict.answer()).as(verdict.toString()).isEqualTo(Verdict.Answer.VALID);
  }

  @Test
  void facets_are_those_of_the_original() {
    assertThat(backend).isInstanceOf(Inspector.class).isNotInstanceOf(Clocked.class);
  }

  @Test
  void failed_and_unknown_are_told_apart() {
    for (BackendException.Outcome outcome : BackendException.Outcome.values()) {
      Backend failing = RecordingBackend.around(failing(outcome), recorder);
      assertThatThrownBy(() -> failing.publish(List.of(event(outcome.name()))))
          .isInstanceOf(BackendException.class);
    }

    History history = HistoryLoader.of(journal);

    assertThat(history.outcome).containsExactly(Outcome.FAIL, Outcome.INFO, Outcome.FAIL);
  }

  @Test
  void wrong_state_in_the_snapshot_is_found() {
    backend.subscribe(new Subscription("q", "#"), false);
    backend.publish(List.of(event("one")));
    var found = ((Inspector) backend).find(Query.all().state(DeliveryState.DEAD)).deliveries();
    recorder.snapshot(recorder.now(), found, true);

    assertThat(Checker.check(HistoryLoader.of(journal)).violated()).containsExactly(Invariant.I1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void claim_cut_off_while_it_was_written_explains_the_attempts_that_follow(int written) {
    MemoryJournal ofKilled = new MemoryJournal();
    Backend killed = RecordingBackend.around(store, new Recorder(ofKilled, loop, 2));
    recorder.clock(recorder.now(), loop.storeClock().instant());
    backend.subscribe(new Subscription("q", "#"), false);
    backend.publish(List.of(event("one"), event("two"), event("three")));
    ClaimRequest request = new ClaimRequest("q", 10, Duration.ofSeconds(1));
    killed.claim(request);
    int unwritten = 3 - written;
    loop.runUntil(2_000_000);
    List<ClaimedDelivery> again = backend.claim(request).deliveries();
    backend.settle(again.stream().map(each -> ack(each.lease())).toList());
    recorder.snapshot(recorder.now(), List.of(), true);

    Verdict verdict = Checker.check(HistoryLoader.of(journal, cutShort(ofKilled, unwritten)));

    assertThat(again).extracting(ClaimedDelivery::attempt).containsExactly(2, 2, 2);
    assertThat(verdict.answer()).as(verdict.toString()).isEqualTo(Verdict.Answer.VALID);
  }

  /** Returns a journal without its last records. */
  private static Words cutShort(Words whole, int missing) {
    return new Words() {
      @Override
      public int records() {
        return whole.records() - missing;
      }

      @Override
      public long word(int record, int word) {
        return whole.word(record, word);
      }
    };
  }

  private ReferenceStore failing(BackendException.Outcome outcome) {
    return new ReferenceStore(loop.storeClock()) {
      @Override
      public List<Receipt> publish(List<OutgoingEvent> events) {
        throw new BackendException(outcome, "on purpose", null);
      }
    };
  }

  private static Settlement ack(Lease lease) {
    return new Settlement.Ack(lease, Archive.delete(), List.of());
  }

  private static OutgoingEvent event(String id) {
    Payload payload = new Payload(Payload.JSON, new byte[] {'1'});
    StoredEvent event = new StoredEvent(id, "a.b", Optional.empty(), payload, Map.of("k", "v"));
    return new OutgoingEvent(event, Due.NOW, Duration.ofHours(1));
  }
}
