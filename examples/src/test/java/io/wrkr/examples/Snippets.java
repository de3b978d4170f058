package io.wrkr.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The regions of the examples' sources that the documentation shows: from a line {@code // snippet:
 * NAME} to the next line {@code // end}, without their common indentation.
 */
final class Snippets {
  private static final String BEGIN = "// snippet: ";
  private static final String END = "// end";

  private Snippets() {}

  static Map<String, String> all() {
    Map<String, String> found = new TreeMap<>();
    for (var file : Repository.files("examples/src", ".java")) {
      List<String> region = new ArrayList<>();
      String name = "";
      for (String line : Repository.read(file).lines().toList()) {
        if (line.strip().startsWith(BEGIN)) {
          name = line.strip().substring(BEGIN.length());
          region.clear();
        } else if (line.strip().equals(END) && !name.isEmpty()) {
          if (found.put(name, dedented(region)) != null) {
            throw new IllegalStateException("two snippets are called " + name);
          }
          name = "";
        } else {
          region.add(line);
        }
      }
    }
    return found;
  }

  private static String dedented(List<String> lines) {
    int indent =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line.isBlank() ? "" : line.substring(indent)).append('\n');
    }
    return text.toString();
  }
}
