package io.wrkr.cli;

import java.time.Instant;
import java.util.List;

/** Shows when a recurrence fires next. */
final class NextFires {
  private NextFires() {}

  static void print(Console console, List<Instant> fires) {
    String label = "next    ";
    for (Instant fire : fires) {
      console.out().line(label + Times.local(fire, console.zone()) + "  " + Times.utc(fire));
      label = "        ";
    }
    if (fires.isEmpty()) {
      console.out().line(label + "never");
    }
  }
}
