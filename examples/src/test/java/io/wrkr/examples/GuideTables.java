package io.wrkr.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tables of the documentation that tests read, each after a comment with its name. */
final class GuideTables {
  private GuideTables() {}

  /** Returns two columns of the table after {@code <!-- table: NAME -->}, without back-ticks. */
  static Map<String, String> columns(String file, String name, String key, String value) {
    List<List<String>> rows = rows(Repository.read(Repository.ROOT.resolve(file)), name);
    int keyColumn = rows.get(0).indexOf(key);
    int valueColumn = rows.get(0).indexOf(value);
    Map<String, String> columns = new LinkedHashMap<>();
    for (List<String> row : rows.subList(2, rows.size())) {
      columns.put(row.get(keyColumn), row.get(valueColumn));
    }
    return columns;
  }

  private static List<List<String>> rows(String text, String name) {
    String mark = "<!-- table: " + name + " -->\n";
    int from = text.indexOf(mark);
    if (from < 0) {
      throw new IllegalArgumentException("no line " + mark);
    }
    List<List<String>> rows = new ArrayList<>();
    for (String line : text.substring(from + mark.length()).lines().toList()) {
      if (!line.startsWith("|")) {
        break;
      }
      rows.add(
          List.of(line.substring(1).split("\\|", -1)).stream()
              .map(cell -> cell.strip().replace("`", ""))
              .toList());
    }
    return rows;
  }
}
