package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  @Test
  void default_waits_double_from_one_second_and_end_at_thirteen_hours() {
    List<Duration> waits = waits(RetryPolicy.exponential().jitter(0));

    assertThat(waits).hasSize(19);
    assertThat(waits.subList(0, 4))
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));
    assertThat(waits.get(18)).isEqualTo(Duration.ofHours(13));
  }

  @Test
  void default_attempts_span_about_57_hours() {
    Duration sum =
        waits(RetryPolicy.exponential().jitter(0)).stream().reduce(Duration::plus).orElseThrow();

    assertThat(sum).isBetween(Duration.ofHours(56), Duration.ofHours(58));
  }

  @Test
  void jitter_stays_within_its_fraction() {
    RetryPolicy policy = RetryPolicy.fixed(Duration.ofSeconds(10)).jitter(0.25);

    assertThat(policy.waitAfter(1, 0.0)).contains(Duration.ofMillis(7500));
    assertThat(policy.waitAfter(1, 0.5)).contains(Duration.ofSeconds(10));
    assertThat(policy.waitAfter(1, 1.0)).contains(Duration.ofMillis(12500));
  }

  @Test
  void last_attempt_has_no_wait() {
    RetryPolicy policy = RetryPolicy.fixed(Duration.ofSeconds(1)).maxAttempts(3);

    assertThat(policy.waitAfter(2, 0.5)).isPresent();
    assertThat(policy.waitAfter(3, 0.5)).isEmpty();
    assertThat(RetryPolicy.none().waitAfter(1, 0.5)).isEmpty();
  }

  @Test
  void huge_multiplier_and_attempt_never_overflow() {
    RetryPolicy policy =
        RetryPolicy.exponential()
            .multiplier(1000)
            .maxAttempts(Integer.MAX_VALUE)
            .maxDelay(Durations.MAX)
            .jitter(1);

    assertThat(policy.waitAfter(1_000_000, 1.0)).contains(Durations.MAX);
  }

  @Test
  void gives_up_on_the_type_its_subtypes_and_as_a_cause() {
    RetryPolicy policy = RetryPolicy.exponential().giveUpOn(IOException.class);

    assertThat(policy.givesUpOn(new java.io.FileNotFoundException())).isTrue();
    assertThat(policy.givesUpOn(new UncheckedIOException(new IOException()))).isTrue();
    assertThat(policy.givesUpOn(new IllegalStateException())).isFalse();
  }

  @Test
  void cause_that_is_its_own_cause_ends_the_search() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);

    assertThat(RetryPolicy.exponential().giveUpOn(IOException.class).givesUpOn(a)).isFalse();
  }

  @Test
  void nonsense_is_refused_where_it_is_set() {
    RetryPolicy policy = RetryPolicy.exponential();

    assertThatThrownBy(() -> policy.maxAttempts(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> policy.jitter(1.1)).hasMessageContaining("1.1");
    assertThatThrownBy(() -> policy.jitter(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy.multiplier(0.5)).hasMessageContaining("0.5");
    assertThatThrownBy(() -> policy.firstDelay(Duration.ofSeconds(-1)))
        .hasMessageContaining("PT-1S");
  }

  private static List<Duration> waits(RetryPolicy policy) {
    List<Duration> waits = new ArrayList<>();
    int attempt = 1;
    for (Optional<Duration> wait = policy.waitAfter(attempt, 0.5);
        wait.isPresent();
        wait = policy.waitAfter(++attempt, 0.5)) {
      waits.add(wait.get());
    }
    return waits;
  }
}
