package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class HeadTest {
  private static final Duration LEASE = Duration.ofHours(1);
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private final StoreClock clock = new StoreClock();
  private final Head head = new Head(clock);

  @Test
  void the_first_look_is_a_sweep_and_the_next_is_not() {
    assertThat(head.sweeps(LEASE)).isTrue();
    assertThat(head.sweeps(LEASE)).isFalse();
  }

  @Test
  void a_lease_that_ended_makes_the_next_look_a_sweep_once() {
    head.sweeps(LEASE);
    head.leaseEndsIn(LEASE);
    assertThat(head.sweeps(LEASE)).isFalse();

    head.leaseEndsIn(Duration.ZERO);
    head.leaseEndsIn(LEASE);

    assertThat(head.sweeps(LEASE)).isTrue();
    assertThat(head.sweeps(LEASE)).isFalse();
  }

  @Test
  void a_lease_that_somebody_edited_to_end_in_thousands_of_years_is_no_hindrance() {
    head.sweeps(LEASE);
    Duration years = Duration.ofDays(3_000_000);

    assertThat(head.untilNextDue(new Lookout.Outlook(false, Optional.empty(), Optional.of(years))))
        .contains(years);
    assertThat(head.sweeps(LEASE)).isFalse();
  }

  @Test
  void a_sweep_is_due_once_in_a_lease() {
    head.sweeps(LEASE);

    assertThat(head.sweeps(Duration.ZERO)).isTrue();
  }

  @Test
  void the_end_of_a_lease_is_next_unless_something_comes_due_before() {
    head.sweeps(LEASE);
    head.leaseEndsIn(LEASE);

    assertThat(head.untilNextDue(ahead(Duration.ofDays(1))))
        .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(LEASE));
    assertThat(head.untilNextDue(ahead(Duration.ofMillis(5)))).contains(Duration.ofMillis(5));
  }

  private static Lookout.Outlook ahead(Duration next) {
    return new Lookout.Outlook(false, Optional.of(next), Optional.empty());
  }

  @Test
  void what_was_left_stays_above_the_mark_and_what_was_taken_does_not() {
    clock.observe(new BsonDateTime(NOW.toEpochMilli()));
    List<BsonDocument> found = List.of(due(NOW.minusSeconds(60)), due(NOW.minusSeconds(50)));
    Ready.Window window = head.window(10, false);

    head.saw(window, found);
    assertThat(head.mark()).isEqualTo(NOW.minusSeconds(60));

    head.took(window, found);
    assertThat(head.mark()).isEqualTo(NOW.minusSeconds(50));
  }

  @Test
  void what_was_skipped_stays_above_the_mark() {
    clock.observe(new BsonDateTime(NOW.toEpochMilli()));
    head.saw(head.window(10, false), List.of(due(NOW.minusSeconds(60))));
    List<BsonDocument> found = List.of(due(NOW.minusSeconds(50)));
    Ready.Window skipping = new Ready.Window(head.mark(), 10, 10);

    head.saw(skipping, found);
    head.took(skipping, found);

    assertThat(head.mark()).isEqualTo(NOW.minusSeconds(60));
  }

  @Test
  void what_stalls_on_its_way_stays_above_the_mark_for_a_while() {
    clock.observe(new BsonDateTime(NOW.toEpochMilli()));

    head.saw(head.window(10, false), List.of());

    assertThat(head.mark()).isBetween(NOW.minus(Head.MARGIN), NOW);
  }

  private static BsonDocument due(Instant at) {
    return new BsonDocument(Doc.AT, new BsonDateTime(at.toEpochMilli()));
  }
}
