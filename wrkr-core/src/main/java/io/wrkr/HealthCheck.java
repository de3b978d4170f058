package io.wrkr;

import java.util.Objects;
import java.util.Optional;

/**
 * One thing that was looked at to tell whether a store is well. Immutable.
 *
 * @param name what was looked at, in a few words
 * @param value what was found, for people
 * @param advice what is wrong and what to do; empty if all is well
 */
public record HealthCheck(String name, String value, Optional<String> advice) {

  /** Checks that nothing is missing. */
  public HealthCheck {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(advice, "advice");
  }

  /** Returns a check that found all well. */
  public static HealthCheck well(String name, String value) {
    return new HealthCheck(name, value, Optional.empty());
  }

  /** Returns a check that is accompanied by the advice if something is wrong. */
  public static HealthCheck of(String name, String value, boolean wrong, String advice) {
    return new HealthCheck(name, value, wrong ? Optional.of(advice) : Optional.empty());
  }
}
