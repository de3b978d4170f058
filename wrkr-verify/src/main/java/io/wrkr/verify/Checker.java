package io.wrkr.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks recorded histories against the contract, after the fact and whatever made them.
 *
 * <ol>
 *   <li>Invokes and completions are paired; what has no completion may have happened.
 *   <li>Samples of the store's clock give bounds for its time at each operation.
 *   <li>Subscriptions are resolved for each publish, by a matcher of their own.
 *   <li>Rows are sorted by delivery; each delivery's are linearized against the model.
 *   <li>Order, counts, progress, atomicity and recurrences are checked over all deliveries.
 * </ol>
 *
 * All of it takes time linear in the history's length, but for sorts of a tid's or a counter's
 * rows.
 */
final class Checker {
  private Checker() {}

  static Verdict check(History history) {
    Context context = new Context(history);
    DeliveryCheck deliveries = new DeliveryCheck(context);
    deliveries.run();
    new ReceiptCheck(context).run();
    new OrderCheck(context).run();
    new StatsCheck(context).run();
    new ProgressCheck(context).run();
    new RecurrenceCheck(context).run();
    new AtomicCheck(context).run();
    List<String> doubts = doubts(context, deliveries.undecided());
    Verdict.Answer answer =
        !context.findings.isEmpty()
            ? Verdict.Answer.INVALID
            : doubts.isEmpty() ? Verdict.Answer.VALID : Verdict.Answer.UNKNOWN;
    return new Verdict(answer, context.findings, doubts, Report.of(context));
  }

  private static List<String> doubts(Context context, int undecided) {
    List<String> doubts = new ArrayList<>();
    History history = context.history;
    if (history.damaged) {
      doubts.add("a journal is damaged before its end");
    }
    if (undecided > 0) {
      doubts.add(undecided + " deliveries have too many concurrent operations");
    }
    if (context.evidence.snapshot < 0) {
      doubts.add("no snapshot was taken");
    }
    boolean acked = false;
    Set<String> planned = new HashSet<>();
    Set<String> fired = new HashSet<>();
    for (int row = 0; row < history.rows; row++) {
      acked |= history.op[row] == Op.ACK && history.yes(row);
      if (history.op[row] == Op.FAULT) {
        (history.has(row, Entry.MARKED) ? planned : fired).add(history.nameText(row));
      }
    }
    if (!acked) {
      doubts.add("nothing was acked");
    }
    planned.removeAll(fired);
    planned.forEach(fault -> doubts.add("the planned fault " + fault + " never occurred"));
    return doubts;
  }
}
