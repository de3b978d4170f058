package io.wrkr.test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Rows, and the conditions they have been narrowed by; where none is left, the rows that came
 * nearest, with what each lacks. Not thread-safe.
 */
final class Narrowing<R> {
  private static final int SHOWN = 3;

  private final List<R> all;
  private final Function<R, String> title;
  private final List<Condition<R>> conditions = new ArrayList<>();

  Narrowing(List<R> all, Function<R, String> title) {
    this.all = all;
    this.title = title;
  }

  void add(Condition<R> condition) {
    conditions.add(condition);
  }

  List<R> left() {
    return all.stream().filter(row -> lacking(row).isEmpty()).toList();
  }

  private List<Condition<R>> lacking(R row) {
    return conditions.stream().filter(condition -> !condition.holds().test(row)).toList();
  }

  String wanted() {
    StringBuilder text = new StringBuilder();
    for (Condition<R> condition : conditions) {
      text.append("\n  ").append(condition.field()).append(": ").append(condition.expected());
    }
    return text.toString();
  }

  /** Returns the rows that lack least, and what they lack. */
  String nearest() {
    if (all.isEmpty()) {
      return "there is none at all";
    }
    StringBuilder text = new StringBuilder("the nearest:");
    all.stream()
        .sorted(Comparator.comparingInt(row -> lacking(row).size()))
        .limit(SHOWN)
        .forEach(row -> describe(row, text));
    int more = all.size() - SHOWN;
    return more > 0 ? text + "\n  and " + more + " more" : text.toString();
  }

  private void describe(R row, StringBuilder text) {
    text.append("\n  ").append(title.apply(row));
    lacking(row).forEach(condition -> text.append('\n').append(condition.difference(row)));
  }

  /** Returns the rows as a list for people. */
  String listed(List<R> rows) {
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append("\n  ").append(title.apply(row)));
    return text.toString();
  }
}
