package io.wrkr.quartz;

import java.util.List;

/** A field of a cron expression, numbered as Quartz numbers it. */
enum CronField {
  SECOND("second", 0, 59, List.of()),
  MINUTE("minute", 0, 59, List.of()),
  HOUR("hour", 0, 23, List.of()),
  DAY_OF_MONTH("day of month", 1, 31, List.of()),
  MONTH(
      "month",
      1,
      12,
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
  DAY_OF_WEEK("day of week", 1, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")),
  YEAR("year", 1970, 2099, List.of());

  private final String label;
  private final int least;
  private final int most;
  private final List<String> names;

  CronField(String label, int least, int most, List<String> names) {
    this.label = label;
    this.least = least;
    this.most = most;
    this.names = names;
  }

  String label() {
    return label;
  }

  int least() {
    return least;
  }

  int most() {
    return most;
  }

  int size() {
    return most - least + 1;
  }

  /** Returns the number of a name, or -1. */
  int named(String name) {
    int index = names.indexOf(name);
    return index < 0 ? -1 : index + least;
  }

  String range() {
    return least + " to " + most + (names.isEmpty() ? "" : " or " + names.get(0) + " and so on");
  }
}
