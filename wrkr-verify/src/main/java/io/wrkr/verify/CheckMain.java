package io.wrkr.verify;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Checks journals from the command line: the paths of one history's journals, or {@code rate N} to
 * see how long a history of N events takes.
 */
final class CheckMain {
  private CheckMain() {}

  /** Prints the verdict of a history, or the checker's rate. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    if (arguments.length == 2 && arguments[0].equals("rate")) {
      out.println(rate(Integer.parseInt(arguments[1])));
    } else {
      History history = HistoryLoader.ofFiles(Arrays.stream(arguments).map(Path::of).toList());
      out.println(Checker.check(history));
    }
  }

  /** Checks a made-up history of so many events, and says how long that took. */
  static String rate(int events) {
    TimeLine time = TimeLine.ofMachine();
    long begun = time.nanos();
    Words words = new MadeUpWords(events);
    History history = HistoryLoader.of(words);
    long loaded = time.nanos();
    Verdict verdict = Checker.check(history);
    long checked = time.nanos();
    double seconds = (checked - begun) / 1e9;
    return String.format(
        Locale.ROOT,
        "%,d events, %,d records: %s in %.2f s (read %.2f s), %,.0f events/s",
        events,
        words.records(),
        verdict.answer(),
        seconds,
        (loaded - begun) / 1e9,
        events / seconds);
  }
}
