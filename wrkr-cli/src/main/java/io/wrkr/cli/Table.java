package io.wrkr.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell; for people. */
final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table; a heading that begins with {@code >} aligns its column to the right. */
  Table(String... headings) {
    this.headings = List.of(headings);
  }

  Table row(Object... cells) {
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(Text.shown(String.valueOf(cell)));
    }
    rows.add(row);
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Returns the lines, the headings in bold if asked for. */
  List<String> lines(boolean bold) {
    List<String> names =
        headings.stream()
            .map(heading -> isRight(heading) ? heading.substring(1) : heading)
            .toList();
    List<String> lines = new ArrayList<>();
    String first = line(names);
    lines.add(bold ? "\u001b[1m" + first + "\u001b[0m" : first);
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  void print(Console console) {
    lines(console.colours(console.out())).forEach(console.out()::line);
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String space = " ".repeat(width(i) - length(cell));
      line.append(i == 0 ? "" : "  ")
          .append(isRight(headings.get(i)) ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int heading = headings.get(column).length() - (isRight(headings.get(column)) ? 1 : 0);
    return rows.stream().mapToInt(row -> length(row.get(column))).reduce(heading, Math::max);
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static boolean isRight(String heading) {
    return heading.startsWith(">");
  }
}
