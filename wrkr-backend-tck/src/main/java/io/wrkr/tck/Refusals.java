package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Archive;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.RetryPolicy;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Clocked;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What the bus refuses where the backend lacks an ability: never skipped, never "nothing found".
 */
final class Refusals {
  private Refusals() {}

  static void assertRefused(Capability missing, Scenario scenario) {
    Wrkr.Builder builder = Wrkr.builder(scenario.raw());
    assertThatThrownBy(() -> builder.require(missing).build())
        .isInstanceOf(UnsupportedCapabilityException.class);
    if (scenario.backend instanceof Clocked) {
      try (Wrkr wrkr = Wrkr.builder(scenario.raw()).clock(scenario.clock).build()) {
        assertThat(calls(missing, wrkr))
            .allSatisfy(
                call ->
                    assertThatThrownBy(call)
                        .isInstanceOfSatisfying(
                            UnsupportedCapabilityException.class,
                            e -> assertThat(e.capability()).isEqualTo(missing)));
      }
    }
  }

  /** Returns calls that need nothing but this ability; none where only a configuration can ask. */
  private static List<ThrowingCallable> calls(Capability capability, Wrkr wrkr) {
    return switch (capability) {
      case DELAY ->
          List.of(
              () -> wrkr.publish(Event.of("a").delay(Duration.ofSeconds(1))),
              () -> wrkr.publish(Event.of("a").due(Instant.parse("2031-01-01T00:00:00Z"))));
      case RETRY_DELAY -> List.of(() -> wrkr.queue("q").retry(RetryPolicy.exponential()));
      case DEDUPE -> List.of(() -> wrkr.publish(Event.of("a").id("1")));
      case ORDER_BY_TID -> List.of(() -> wrkr.queue("q").ordered());
      case FIND -> List.of(() -> wrkr.admin().find(Query.all()), () -> wrkr.admin().queues());
      case CANCEL ->
          List.of(
              () -> wrkr.admin().cancel("1"),
              () -> wrkr.admin().cancel(Query.all()),
              () -> wrkr.admin().reschedule(Query.all(), Instant.EPOCH));
      case DEAD_LETTERS ->
          List.of(() -> wrkr.admin().redrive(Query.all()), () -> wrkr.admin().discard(Query.all()));
      case ARCHIVE -> List.of(() -> wrkr.queue("q").archive(Archive.keep(Duration.ofDays(1))));
      case LIST_SUBSCRIPTIONS -> List.of(() -> wrkr.admin().subscriptions());
      case PATTERN ->
          List.of(() -> wrkr.queue("q").subscribe("a.*"), () -> wrkr.queue("q").subscribe("#"));
      default -> List.of();
    };
  }
}
