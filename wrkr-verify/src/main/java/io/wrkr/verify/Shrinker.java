package io.wrkr.verify;

import java.util.function.Predicate;

/**
 * Makes a failing simulation smaller by bisection, one knob after the other, while it still fails.
 */
final class Shrinker {
  private final Predicate<Knobs> fails;

  Shrinker(Predicate<Knobs> fails) {
    this.fails = fails;
  }

  Knobs shrink(Knobs failing) {
    Knobs knobs = failing;
    Knobs calm = knobs.smaller(knobs.events(), knobs.instances(), knobs.disturbances(), 0);
    knobs = fails.test(calm) ? calm : knobs;
    for (int knob = 0; knob < 3; knob++) {
      int low = knob == 2 ? 0 : 1;
      int high = value(knobs, knob);
      while (low < high) {
        int middle = (low + high) / 2;
        Knobs tried = with(knobs, knob, middle);
        if (fails.test(tried)) {
          knobs = tried;
          high = middle;
        } else {
          low = middle + 1;
        }
      }
    }
    return knobs;
  }

  private static int value(Knobs knobs, int knob) {
    return switch (knob) {
      case 0 -> knobs.events();
      case 1 -> knobs.instances();
      default -> knobs.disturbances();
    };
  }

  private static Knobs with(Knobs knobs, int knob, int value) {
    return knobs.smaller(
        knob == 0 ? value : knobs.events(),
        knob == 1 ? value : knobs.instances(),
        knob == 2 ? value : knobs.disturbances(),
        knobs.faults());
  }
}
