package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptHistoryTest {
  private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");

  @Test
  void newest_attempt_comes_first_and_earlier_ones_keep_their_line() {
    String first = AttemptHistory.add("", 1, AT, new IllegalStateException("no stock"));
    String second = AttemptHistory.add(first, 2, AT, new IllegalArgumentException("bad"));

    assertThat(second)
        .startsWith(
            "attempt 2 at 2026-11-21T09:00:00Z: java.lang.IllegalArgumentException: bad\n\tat ")
        .contains(
            "\nattempt 1 at 2026-11-21T09:00:00Z: java.lang.IllegalStateException: no stock\n");
  }

  @Test
  void attempt_without_a_line_was_lost() {
    String history = AttemptHistory.add("", 1, AT, "asked for a retry");

    assertThat(AttemptHistory.lostBefore(1, "")).isFalse();
    assertThat(AttemptHistory.lostBefore(2, history)).isFalse();
    assertThat(AttemptHistory.lostBefore(3, history)).isTrue();
    assertThat(AttemptHistory.lostBefore(2, "")).isTrue();
  }

  @Test
  void attempt_11_is_not_taken_for_attempt_1() {
    String history = AttemptHistory.add("", 11, AT, "x");

    assertThat(AttemptHistory.lostBefore(2, history)).isTrue();
  }

  @Test
  void exception_whose_getMessage_throws_is_described_by_its_type() {
    RuntimeException hostile =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new IllegalStateException("no message either");
          }
        };

    assertThat(AttemptHistory.add("", 1, AT, hostile)).contains("its getMessage threw");
  }

  @Test
  void line_breaks_in_a_message_forge_no_attempt() {
    String history =
        AttemptHistory.add("", 1, AT, new RuntimeException("x\nattempt 7 at noon: forged"));

    assertThat(history.lines().filter(line -> line.startsWith("attempt "))).hasSize(1);
  }

  @Test
  void text_stays_within_its_bound_however_many_attempts() {
    String history = "";
    for (int attempt = 1; attempt < 200; attempt++) {
      history = AttemptHistory.add(history, attempt, AT, new RuntimeException("x".repeat(10_000)));
    }

    assertThat(history.length()).isLessThanOrEqualTo(AttemptHistory.MAX_CHARACTERS);
    assertThat(AttemptHistory.lostBefore(200, history)).isFalse();
  }
}
