package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What was confirmed while the members of a set of three crashed, froze and handed over.
 *
 * <p>{@code -Dwrkr.test.faultSeconds=60} makes the faults last as long as that; without it, they
 * are as short as they can be.
 */
class FailoverTest {
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("wrkr.test.faultSeconds", 1));
  private static final Duration GAP = Duration.ofSeconds(10);
  private static final int SOME = 500;

  private Mongods set;
  private Backend backend;

  @BeforeEach
  void open() {
    set = Mongods.start(3, false);
    backend = new MongoProvider().open(set.address("bus"));
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
    if (set != null) {
      set.close();
    }
  }

  @Test
  void a_killed_primary_loses_nothing_confirmed() throws Exception {
    Load load = new Load(backend);
    try (load) {
      load.awaitConfirmed(SOME);
      set.killAndRestart(set.primary());
      load.awaitConfirmed(load.confirmed.size() + SOME);
    }
    load.assertNothingLost(backend);
  }

  @Test
  void step_downs_every_10_s_lose_nothing_confirmed() throws Exception {
    Load load = new Load(backend);
    try (load) {
      long end = Mongods.nanos() + LENGTH.toNanos();
      int stepDowns = 0;
      do {
        long next = Mongods.nanos() + GAP.toNanos();
        load.awaitConfirmed(load.confirmed.size() + SOME);
        set.stepDown(5);
        load.awaitConfirmed(load.confirmed.size() + SOME);
        stepDowns++;
        while (Mongods.nanos() < Math.min(next, end)) {
          load.awaitConfirmed(load.confirmed.size() + 1);
        }
      } while (Mongods.nanos() < end);
      System.out.printf(
          "%d step-downs, %d events confirmed, %d calls failed%n",
          stepDowns, load.confirmed.size(), load.failures.get());
    }
    load.assertNothingLost(backend);
  }

  @Test
  void a_frozen_primary_is_replaced_and_loses_nothing_confirmed() throws Exception {
    Load load = new Load(backend);
    int frozen = set.primary();
    try (load) {
      load.awaitConfirmed(SOME);
      set.signal(frozen, "STOP");
      try {
        long thaw = Mongods.nanos() + LENGTH.dividedBy(2).toNanos();
        do {
          load.awaitConfirmed(load.confirmed.size() + SOME);
        } while (Mongods.nanos() < thaw);
      } finally {
        set.signal(frozen, "CONT");
      }
      load.awaitConfirmed(load.confirmed.size() + SOME);
    }
    load.assertNothingLost(backend);
  }

  @Test
  void one_dead_member_of_three_is_not_noticed() throws Exception {
    set.signal((set.primary() + 1) % 3, "KILL");

    Load load = new Load(backend);
    try (load) {
      load.awaitConfirmed(4 * SOME);
    }

    assertThat(load.failures).hasValue(0);
    load.assertNothingLost(backend);
  }

  /** The third may have been copying from it, and majorities wait until it looks elsewhere. */
  @Test
  void one_frozen_member_of_three_loses_nothing_confirmed() throws Exception {
    int secondary = (set.primary() + 1) % 3;
    set.signal(secondary, "STOP");

    Load load = new Load(backend);
    try (load) {
      load.awaitConfirmed(4 * SOME);
    } finally {
      set.signal(secondary, "CONT");
    }

    load.assertNothingLost(backend);
  }

  @Test
  void two_events_of_the_largest_payload_go_through_in_one_publish() {
    backend.publish(List.of(Samples.large("a"), Samples.large("b")));

    var claimed = Samples.claim(backend, 10);

    assertThat(claimed)
        .hasSize(2)
        .allMatch(each -> each.event().payload().bytes().length == Samples.LARGEST);
    assertThat(backend.settle(Samples.acks(claimed))).isEmpty();
  }
}
