package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What was confirmed while the only server crashed and froze. */
class CrashTest {
  private static final int ENOUGH = 2_000;

  @Test
  void kill_9_of_the_server_under_load_loses_nothing_confirmed() throws Exception {
    try (Mongods mongod = Mongods.start(1, false);
        Backend backend = new MongoProvider().open(mongod.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      Load load = new Load(backend);
      try (load) {
        for (int kill = 1; kill <= 2; kill++) {
          load.awaitConfirmed(load.confirmed.size() + ENOUGH);
          mongod.killAndRestart(0);
        }
        load.awaitConfirmed(load.confirmed.size() + ENOUGH);
      }
      load.assertNothingLost(backend);
    }
  }

  @Test
  void relaxed_a_killed_server_may_repeat_but_loses_nothing_published() throws Exception {
    try (Mongods mongod = Mongods.start(1, false);
        Backend backend = new MongoProvider().open(mongod.address("bus") + "&wrkrRelaxed=true")) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      Load load = new Load(backend);
      try (load) {
        load.awaitConfirmed(ENOUGH);
        mongod.killAndRestart(0);
        load.awaitConfirmed(load.confirmed.size() + ENOUGH);
      }
      load.assertNothingConfirmedIsGone(backend);
    }
  }

  @Test
  void a_frozen_server_ends_calls_in_bounded_time_and_work_resumes() {
    try (Mongods mongod = Mongods.start(1, false);
        Backend backend = new MongoProvider().open(mongod.address("bus"))) {
      backend.subscribe(new Subscription(QUEUE, "#"), false);
      backend.publish(Samples.events("before", 3));

      mongod.signal(0, "STOP");
      long start = Mongods.nanos();
      BackendException failed = null;
      try {
        backend.publish(Samples.events("e", 1));
      } catch (BackendException e) {
        failed = e;
      } finally {
        mongod.signal(0, "CONT");
      }

      assertThat(failed).isNotNull();
      assertThat(Duration.ofNanos(Mongods.nanos() - start)).isLessThan(Duration.ofSeconds(15));
      mongod.awaitPrimary();
      backend.publish(Samples.events("e", 1));
      assertThat(Samples.claim(backend, 10)).hasSize(4);
    }
  }
}
