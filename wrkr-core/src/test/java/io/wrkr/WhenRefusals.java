package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.ZonedDateTime;

/** What every refusal of a phrase has in common. */
final class WhenRefusals {
  private WhenRefusals() {}

  static void assertRefused(String phrase, ZonedDateTime reference, int column, String reason) {
    WhenParseException refusal = refusal(phrase, reference);

    assertThat(refusal).hasMessageContaining(reason);
    assertThat(refusal.column()).as("column in: %s", refusal.getMessage()).isEqualTo(column);
  }

  static WhenParseException refusal(String phrase, ZonedDateTime reference) {
    WhenParseException refusal =
        catchThrowableOfType(WhenParseException.class, () -> When.parse(phrase, reference));
    assertThat(refusal).as("refusal of '%s'", phrase).isNotNull();
    return refusal;
  }
}
