package io.wrkr;

import io.wrkr.spi.RecurrenceParser;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the rule of a stored text: by its first word, among the parsers on the class path. */
final class RecurrenceTexts {
  private RecurrenceTexts() {}

  /** Returns the rule, or throws if this process cannot read it. */
  static Recurrence parse(String text) {
    int space = text.indexOf(' ');
    Map<String, RecurrenceParser> parsers = new TreeMap<>();
    parsers.put("every", new Every.Parser());
    ServiceLoader.load(RecurrenceParser.class).forEach(each -> parsers.put(each.kind(), each));
    RecurrenceParser parser = space < 0 ? null : parsers.get(text.substring(0, space));
    if (parser == null) {
      throw new IllegalArgumentException(
          "The rule '"
              + Names.shown(text)
              + "' is of no known kind "
              + parsers.keySet()
              + ": add the module that reads it, such as io.wrkr:wrkr-quartz for cron");
    }
    return parser.parse(text.substring(space + 1));
  }
}
