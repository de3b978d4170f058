package io.wrkr.memory;

import io.wrkr.spi.Backend;
import java.util.function.UnaryOperator;

/**
 * A backend that is broken on purpose.
 *
 * @param name what it does wrong
 * @param rule the rule by which the kit must fail it
 * @param breaking wraps a healthy instance
 */
record Saboteur(String name, String rule, UnaryOperator<Backend> breaking) {
  @Override
  public String toString() {
    return name + " (" + rule + ")";
  }
}
