package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wrkr.Archive;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What works without transactions, and what is said of it when it breaks off. */
class StandaloneTest {
  private static Mongods mongod;

  private Backend backend;

  @BeforeAll
  static void start() {
    mongod = Mongods.standalone(true);
  }

  @AfterAll
  static void stop() {
    if (mongod != null) {
      mongod.close();
    }
  }

  @BeforeEach
  void open() {
    mongod.drop("bus");
    backend = new MongoProvider().open(mongod.address("bus"));
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    mongod.admin("{configureFailPoint: 'failCommand', mode: 'off'}");
    backend.close();
  }

  @Test
  void follow_ups_are_published_before_the_ack() {
    backend.subscribe(new Subscription("other", "#"), false);
    backend.publish(Samples.events("e", 1));
    ClaimedDelivery claimed = Samples.claim(backend, 1).get(0);
    var ack = new Settlement.Ack(claimed.lease(), Archive.delete(), List.of(Samples.event("next")));

    assertThat(backend.settle(List.of(ack))).isEmpty();
    assertThat(backend.settle(List.of(ack))).as("again").containsExactly(claimed.lease());

    assertThat(Samples.claim(backend, 10)).extracting(d -> d.event().id()).containsExactly("next");
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 112})
  void a_publish_that_stored_some_before_its_second_step_failed_is_unknown(int code) {
    List<OutgoingEvent> known = Samples.events("known", 1);
    backend.publish(known);
    List<OutgoingEvent> both = List.of(known.get(0), Samples.event("new"));
    mongod.admin(
        "{configureFailPoint: 'failCommand', mode: {times: 1},"
            + " data: {failCommands: ['delete'], errorCode: "
            + code
            + "}}");

    BackendException failed =
        catchThrowableOfType(BackendException.class, () -> backend.publish(both));

    assertThat(failed.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Samples.claim(backend, 10))
        .extracting(delivery -> delivery.event().id())
        .containsExactlyInAnyOrder("known0", "new");
    assertThat(backend.publish(both)).as("repeated").allMatch(Receipt::duplicate);
  }

  @Test
  void a_publish_too_large_for_one_message_that_failed_at_the_second_is_unknown() {
    List<OutgoingEvent> large =
        IntStream.range(0, 4).mapToObj(i -> Samples.large("large" + i)).toList();
    mongod.admin(
        "{configureFailPoint: 'failCommand', mode: {skip: 1},"
            + " data: {failCommands: ['insert'], errorCode: 112}}");

    BackendException failed =
        catchThrowableOfType(BackendException.class, () -> backend.publish(large));

    assertThat(failed.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Samples.claim(backend, 10)).as("stored before").hasSizeBetween(1, 3);
  }
}
