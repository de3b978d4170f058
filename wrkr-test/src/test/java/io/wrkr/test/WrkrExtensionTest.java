package io.wrkr.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.wrkr.Event;
import io.wrkr.Wrkr;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

@WrkrTest(start = "2026-11-21T10:00:00Z", zone = "Europe/Berlin")
class WrkrExtensionTest {

  @Test
  void parameters_of_a_test_are_one_bus(ManualWrkr bus, Wrkr same) {
    assertThat(bus.wrkr()).isSameAs(same);
  }

  @Test
  void annotation_sets_clock_and_zone(ManualWrkr bus) {
    bus.advance("tomorrow 9am");

    assertThat(bus.now()).isEqualTo(Instant.parse("2026-11-22T08:00:00Z"));
  }

  @Test
  @WrkrTest(start = "2030-01-01T00:00:00Z")
  void annotation_of_the_method_comes_first(ManualWrkr bus) {
    assertThat(bus.now()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
  }

  /** Run by the test below only. */
  @WrkrTest
  @EnabledIfSystemProperty(named = "wrkr.test.failing", matches = "true")
  static class Failing {
    @Test
    void fails(ManualWrkr bus) {
      bus.publish(Event.of("user.signedup").tid("42"));
      throw new AssertionError("as planned");
    }
  }

  @Test
  void failed_test_prints_its_timeline() {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    System.setProperty("wrkr.test.failing", "true");
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Failing.class)).build();
      LauncherFactory.create().execute(request, summary);
    } finally {
      System.setErr(before);
      System.clearProperty("wrkr.test.failing");
    }

    assertThat(summary.getSummary().getTestsFailedCount()).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("Timeline of the bus in fails", "published user.signedup of 42");
  }
}
