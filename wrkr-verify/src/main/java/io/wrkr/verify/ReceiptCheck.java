package io.wrkr.verify;

import io.wrkr.verify.Subscriptions.Reach;

/** Checks that receipts name as many queues as the subscriptions allow (I1, I2). */
final class ReceiptCheck {
  private final Context context;

  ReceiptCheck(Context context) {
    this.context = context;
  }

  void run() {
    History history = context.history;
    for (int row = 0; row < history.rows; row++) {
      boolean told = history.ok(row) && !history.has(row, Entry.NO_RECEIPT | Entry.DUPLICATE);
      if (history.op[row] == Op.PUB && told) {
        check(row);
      }
    }
  }

  private void check(int row) {
    History history = context.history;
    int must = 0;
    int may = 0;
    for (int queue = 0; queue < history.queues.size(); queue++) {
      Reach reach =
          context.subscriptions.reach(queue, history.name[row], history.inv[row], history.end[row]);
      must += reach == Reach.MUST ? 1 : 0;
      may += reach == Reach.NOT ? 0 : 1;
    }
    int named = history.attempt[row];
    if (named < must || named > may) {
      context.add(
          named < must ? Invariant.I1 : Invariant.I2,
          row,
          "a receipt names " + named + " queues, not " + must + " to " + may);
    }
  }
}
