package io.wrkr.verify;

import io.wrkr.DeliveryState;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Findings as text: what was violated, all records of that delivery, the faults around it. */
final class Report {
  private static final int MOST_FINDINGS = 20;

  private Report() {}

  static String of(Context context) {
    StringBuilder text = new StringBuilder();
    List<Finding> findings = context.findings;
    for (Finding finding : findings.subList(0, Math.min(MOST_FINDINGS, findings.size()))) {
      append(text, context.history, finding);
    }
    if (findings.size() > MOST_FINDINGS) {
      text.append("and ").append(findings.size() - MOST_FINDINGS).append(" more\n");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, History history, Finding finding) {
    text.append(finding).append('\n');
    List<Integer> rows =
        IntStream.range(0, history.rows)
            .filter(row -> finding.event() >= 0 && concerns(history, row, finding))
            .boxed()
            .sorted(Comparator.comparingLong(row -> history.inv[row]))
            .toList();
    rows.forEach(row -> text.append("    ").append(line(history, row)).append('\n'));
    if (!rows.isEmpty()) {
      long from = history.inv[rows.get(0)];
      long to = history.inv[rows.get(rows.size() - 1)];
      for (int row = 0; row < history.rows; row++) {
        if (isFault(history, row) && history.inv[row] <= to && history.end[row] >= from) {
          text.append("    around it: ").append(line(history, row)).append('\n');
        }
      }
    }
  }

  private static boolean concerns(History history, int row, Finding finding) {
    boolean queue =
        history.op[row] == Op.PUB
            || finding.queue() < 0
            || history.queue[row] < 0
            || history.queue[row] == finding.queue();
    return history.event[row] == finding.event() && queue;
  }

  private static boolean isFault(History history, int row) {
    boolean fault = history.op[row] == Op.FAULT && !history.has(row, Entry.MARKED);
    return fault || history.op[row] == Op.CRASH;
  }

  /** Returns an operation as a line. */
  static String line(History history, int row) {
    StringBuilder line = new StringBuilder();
    line.append('[').append(history.inv[row]).append(", ");
    line.append(history.end[row] == History.NEVER ? "…" : Long.toString(history.end[row]));
    line.append("] p").append(history.process[row]).append(' ').append(history.op[row]);
    if (history.event[row] >= 0) {
      line.append(' ').append(Long.toHexString(history.eventKey(row)));
    }
    if (history.op[row] != Op.PUB && history.queue[row] >= 0) {
      line.append(" queue ").append(history.queueName(row));
    }
    if (history.name[row] >= 0) {
      line.append(' ').append(history.nameText(row));
    }
    return line.append(details(history, row)).toString();
  }

  private static String details(History history, int row) {
    String answer =
        switch (history.outcome[row]) {
          case FAIL -> " fail";
          case INFO -> " unknown";
          case OK -> history.yes(row) ? " ok, yes" : " ok";
        };
    String numbers =
        switch (history.op[row]) {
          case PUB -> (history.has(row, Entry.RELATIVE) ? " due +" : " due ") + history.value[row];
          case CLAIM -> token(history, row) + " attempt " + history.attempt[row];
          case HANDLE, ACK, DEAD -> token(history, row);
          case EXTEND, RETRY, RELEASE -> token(history, row) + " for " + history.value[row];
          case ROW -> " " + DeliveryState.values()[history.item[row]];
          default -> "";
        };
    String at =
        history.answer[row] == Entry.UNKNOWN || history.answer[row] == 0
            ? ""
            : " at " + history.answer[row];
    return numbers + at + answer + (history.has(row, Entry.DUPLICATE) ? ", duplicate" : "");
  }

  private static String token(History history, int row) {
    return " token " + history.key[row];
  }
}
