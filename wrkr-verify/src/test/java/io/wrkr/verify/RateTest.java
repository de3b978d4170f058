package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Shows how fast the checker is; {@code CheckMain rate 10000000} shows it for ten millions. */
class RateTest {
  @Test
  void million_events_are_found_valid() {
    String rate = CheckMain.rate(1_000_000);

    System.out.println("Checker: " + rate);
    assertThat(rate).contains("VALID").doesNotContain("INVALID");
  }
}
