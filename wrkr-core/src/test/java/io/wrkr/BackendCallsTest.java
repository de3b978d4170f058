package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caller learns of calls that are tried more than once. */
class BackendCallsTest {
  private static final RuntimeException UNKNOWN =
      new BackendException(Outcome.UNKNOWN, "the answer was lost", null);
  private static final RuntimeException FAILED =
      new BackendException(Outcome.FAILED, "the store is away", null);
  private static final RuntimeException CLOSED = new IllegalStateException("closed: open another");

  private final BackendCalls calls = new BackendCalls(SystemStage.INSTANCE);

  /** A call that fails in these ways, in turn, and then does what it should. */
  private static String failing(Deque<RuntimeException> failures) {
    if (failures.isEmpty()) {
      return "done";
    }
    throw failures.remove();
  }

  private String call(RuntimeException... failures) {
    Deque<RuntimeException> all = new ArrayDeque<>(List.of(failures));
    return calls.repeat(() -> failing(all));
  }

  @Test
  void failure_is_tried_again() {
    assertThat(call(FAILED, UNKNOWN, FAILED)).isEqualTo("done");
  }

  @Test
  void close_after_an_unknown_try_leaves_the_call_unknown() {
    assertThatThrownBy(() -> call(UNKNOWN, CLOSED))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
        .hasCause(CLOSED);
  }

  @Test
  void close_before_anything_can_have_happened_is_use_after_close() {
    assertThatThrownBy(() -> call(FAILED, CLOSED)).isSameAs(CLOSED);
  }
}
