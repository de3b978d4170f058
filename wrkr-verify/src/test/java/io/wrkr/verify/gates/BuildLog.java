package io.wrkr.verify.gates;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Maven printed about several modules, taken apart by module. */
record BuildLog(String text) {

  private static final String SUMMARY = "[INFO] Reactor Summary";
  private static final String NEXT_FAILURE = "[ERROR] Failed to execute goal ";

  /** SUCCESS, FAILURE or SKIPPED. */
  String outcome(String module) {
    Matcher line =
        Pattern.compile("(?m)^\\[INFO] " + Pattern.quote(module) + "( \\S+)? \\.+ (\\w+)")
            .matcher(text);
    return line.find() ? line.group(2) : "absent";
  }

  /** What the module's plugins printed while they ran. */
  String output(String module) {
    String ran = text.substring(0, text.indexOf(SUMMARY));
    return section(ran, "-< io.wrkr:" + module + " >-", "-< io.wrkr:");
  }

  /** Which goal failed, and what it said in the end. */
  String failure(String module) {
    Matcher start =
        Pattern.compile(
                "(?m)^\\[ERROR] Failed to execute goal \\S+ \\(\\S+\\) on project "
                    + Pattern.quote(module)
                    + ":")
            .matcher(text);
    return start.find() ? section(text, start.group(), NEXT_FAILURE) : "no goal failed";
  }

  private static String section(String all, String start, String next) {
    int from = all.indexOf(start);
    int to = all.indexOf(next, from + start.length());
    return all.substring(from, to < 0 ? all.length() : to);
  }
}
