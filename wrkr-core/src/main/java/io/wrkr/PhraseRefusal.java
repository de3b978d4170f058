package io.wrkr;

import org.jspecify.annotations.Nullable;

/** Carries the reason and the column from the place that found it to {@link When#parse}. */
final class PhraseRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final String reason;

  PhraseRefusal(int column, String reason) {
    this(column, reason, null);
  }

  PhraseRefusal(int column, String reason, @Nullable Throwable cause) {
    super(reason, cause, false, false);
    this.column = column;
    this.reason = reason;
  }

  int column() {
    return column;
  }

  String reason() {
    return reason;
  }
}
