package io.wrkr.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent in several parts, and what is said of it when a part fails. */
class PartsTest {
  private static final List<String> ALL = List.of("a", "b", "c", "d", "e");

  private final List<List<String>> sent = new ArrayList<>();

  private static RuntimeException away(Outcome outcome) {
    return new BackendException(outcome, "the broker is away", null);
  }

  private RuntimeException failure(RuntimeException failure, int after) {
    return catchThrowableOfType(
        RuntimeException.class,
        () ->
            Parts.send(
                ALL,
                2,
                part -> {
                  if (sent.size() == after) {
                    throw failure;
                  }
                  sent.add(part);
                  return Set.of();
                }));
  }

  @Test
  void all_are_sent_in_order_and_places_are_those_in_the_whole() {
    Set<Integer> lost =
        Parts.send(
            ALL,
            2,
            part -> {
              sent.add(part);
              return Set.of(part.size() - 1);
            });

    assertThat(sent).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
    assertThat(lost).containsExactlyInAnyOrder(1, 3, 4);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void failure_of_the_first_part_is_that_of_all(Outcome outcome) {
    RuntimeException failure = away(outcome);

    assertThat(failure(failure, 0)).isSameAs(failure);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void failure_after_a_part_was_sent_is_unknown(Outcome outcome) {
    RuntimeException failure = failure(away(outcome), 1);

    assertThat(outcome(failure)).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure).hasMessage("The first 2 were sent: the broker is away");
    assertThat(sent).hasSize(1);
  }

  @Test
  void close_after_a_part_was_sent_is_unknown() {
    RuntimeException failure = failure(new IllegalStateException("closed"), 1);

    assertThat(outcome(failure)).isEqualTo(Outcome.UNKNOWN);
  }

  private static Outcome outcome(RuntimeException failure) {
    return ((BackendException) failure).outcome();
  }
}
