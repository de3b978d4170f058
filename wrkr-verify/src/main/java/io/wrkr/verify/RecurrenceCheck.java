package io.wrkr.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks that each nominal instant that an oracle expects has exactly one event (I14). */
final class RecurrenceCheck {
  private record Nominal(int recurrence, long instant) {}

  private final Context context;

  RecurrenceCheck(Context context) {
    this.context = context;
  }

  void run() {
    History history = context.history;
    Map<Nominal, Set<Integer>> fires = new HashMap<>();
    Set<Nominal> expected = new HashSet<>();
    for (int row = 0; row < history.rows; row++) {
      Nominal nominal = new Nominal(history.name[row], history.value[row]);
      if (history.op[row] == Op.EXPECT) {
        expected.add(nominal);
      } else if (history.op[row] == Op.FIRE) {
        fires.computeIfAbsent(nominal, any -> new HashSet<>()).add(history.event[row]);
      }
    }
    for (Nominal nominal : expected) {
      int count = fires.getOrDefault(nominal, Set.of()).size();
      if (count != 1) {
        add(nominal, count + " events");
      }
    }
    fires.keySet().removeAll(expected);
    fires.keySet().forEach(nominal -> add(nominal, "an event though none was expected"));
  }

  private void add(Nominal nominal, String what) {
    String recurrence = context.history.names.get(nominal.recurrence());
    String text = recurrence + " at " + nominal.instant() + " has " + what;
    context.add(Invariant.I14, -1, -1, text);
  }
}
