package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.QueueStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Shows the demo: a table that is drawn again and again on a terminal, else a line a second. */
final class DemoScreen {
  private static final long FRAME_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Console console;
  private final Admin admin;
  private final DemoLedger ledger;
  private final boolean draws;
  private final long begun = Seam.nanos();
  private long shownAt = begun;
  private int drawn;

  DemoScreen(Console console, Admin admin, DemoLedger ledger, String bus) {
    this.console = console;
    this.admin = admin;
    this.ledger = ledger;
    this.draws = console.draws(console.out());
    console.say("three queues on " + bus + "; Ctrl-C ends");
  }

  void show(boolean draining) {
    long now = Seam.nanos();
    if (now - shownAt < (draws ? FRAME_NANOS : LINE_NANOS)) {
      return;
    }
    shownAt = now;
    String doing = draining ? "draining" : "publishing";
    if (draws) {
      draw(doing);
    } else {
      console.out().line(line(doing));
    }
  }

  /** Shows the end. */
  void finish() {
    if (draws) {
      draw("done");
    } else {
      console.out().line(line("done"));
    }
  }

  private String line(String doing) {
    List<QueueStats> queues = admin.queues();
    long retries = queues.stream().mapToLong(each -> ledger.retries(each.queue())).sum();
    return seconds()
        + " s "
        + doing
        + ": published "
        + ledger.published()
        + ", handled "
        + ledger.handled()
        + ", retried "
        + retries
        + ", scheduled "
        + queues.stream().mapToLong(QueueStats::scheduled).sum();
  }

  private long seconds() {
    return (Seam.nanos() - begun + LINE_NANOS / 2) / LINE_NANOS;
  }

  private void draw(String doing) {
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append("\u001b[").append(drawn).append('A');
    }
    List<String> lines = new ArrayList<>(table().lines(console.colours(console.out())));
    lines.add("");
    lines.add(
        seconds()
            + " s "
            + doing
            + ": published "
            + ledger.published()
            + ", handled by all of their queues "
            + ledger.handled());
    lines.forEach(line -> frame.append("\u001b[2K").append(line).append('\n'));
    frame.setLength(frame.length() - 1);
    console.out().line(frame.toString());
    drawn = lines.size();
  }

  private Table table() {
    Table table =
        new Table("QUEUE", ">HANDLED", ">RETRIED", ">READY", ">SCHEDULED", ">LEASED", ">DEAD");
    for (QueueStats stats : admin.queues()) {
      table.row(
          stats.queue(),
          ledger.acks(stats.queue()),
          ledger.retries(stats.queue()),
          stats.ready(),
          stats.scheduled(),
          stats.leased(),
          stats.dead());
    }
    return table;
  }
}
