package io.wrkr.jdbc;

import java.util.Collections;

/**
 * An insert of many rows by one statement. Where statements stay prepared, sizes are powers of two,
 * so that few serve all.
 */
final class Insert {
  /** Larger statements gained nothing, and 64 rows of a dozen columns suit every driver's limit. */
  private static final int MAX_ROWS = 64;

  /** On servers a trip costs more than a longer statement. */
  private static final int MAX_ROWS_UNPREPARED = 128;

  private final String into;
  private final String row;
  private final String[] bySize = new String[Integer.numberOfTrailingZeros(MAX_ROWS) + 1];

  Insert(String into, int columns) {
    this.into = into;
    row = "(" + String.join(", ", Collections.nCopies(columns, "?")) + ")";
    for (int i = 0; i < bySize.length; i++) {
      bySize[i] = rows(1 << i);
    }
  }

  private String rows(int count) {
    return into + " VALUES " + String.join(", ", Collections.nCopies(count, row));
  }

  /** Returns how many of the remaining rows the next statement takes. */
  static int chunk(int remaining, boolean prepared) {
    return prepared
        ? Math.min(MAX_ROWS, Integer.highestOneBit(remaining))
        : Math.min(MAX_ROWS_UNPREPARED, remaining);
  }

  String sql(int rows) {
    boolean kept = Integer.bitCount(rows) == 1 && rows <= MAX_ROWS;
    return kept ? bySize[Integer.numberOfTrailingZeros(rows)] : rows(rows);
  }
}
