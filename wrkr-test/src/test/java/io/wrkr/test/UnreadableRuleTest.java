package io.wrkr.test;

import static io.wrkr.test.WrkrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.Recurrence;
import io.wrkr.WrkrListener;
import io.wrkr.spi.RecurrenceParser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A recurrence whose rule is of a module that this process does not have. */
class UnreadableRuleTest {
  private static boolean readable = true;

  private final List<String> faults = new ArrayList<>();
  private final ManualWrkr bus =
      ManualWrkr.builder()
          .options(
              options ->
                  options.listener(
                      new WrkrListener() {
                        @Override
                        public void fault(String what, Throwable failure) {
                          faults.add(what + ": " + failure.getMessage());
                        }
                      }))
          .build();

  @AfterEach
  void close() {
    readable = true;
    bus.close();
  }

  /** Reads its rules now and then. */
  public static final class Moody implements RecurrenceParser {
    /** Found by its name. */
    public Moody() {}

    @Override
    public String kind() {
      return "moody";
    }

    @Override
    public Recurrence parse(String rule) {
      if (!readable) {
        throw new IllegalArgumentException("not in the mood");
      }
      return new Hourly();
    }
  }

  private record Hourly() implements Recurrence {
    @Override
    public Optional<Instant> next(Instant after) {
      return Recurrence.every(Duration.ofHours(1)).next(after);
    }

    @Override
    public Optional<String> text() {
      return Optional.of("moody hourly");
    }
  }

  @Test
  void it_is_reported_and_left_to_others_and_fires_where_it_can_be_read() {
    bus.subscribe("q", "report", delivery -> {});
    bus.wrkr().repeat("r", new Hourly(), Event.of("report"));
    readable = false;

    bus.advance("90 minutes");

    assertThat(bus).notPublished("report");
    assertThat(faults).first().asString().contains("recurrence r", "moody hourly");
    assertThat(bus.admin().recurrences()).singleElement().extracting("next").asList().isEmpty();

    readable = true;
    bus.advance("2 minutes");

    assertThat(bus).handled("report").withId("r@2027-01-04T10:00:00Z").once();
  }
}
